import { i18n } from '@lingui/core'
import { expect, test } from 'vitest'
import { say } from '../../api/sentences'
import { messages } from '../../i18n/zh'

const group = (name: string, clips: number) => ({ code: 'group_size', message: `${name} (${clips})`, parameters: { group: name, clips } })
const how = {
  code: 'one_of_each_group',
  message: 'one clip of each group: Hook (3), Body (2), groups in this order',
  parameters: { groups: [group('Hook', 3), group('Body', 2)], order: 'this', pins: '', apart: '' },
}
const advice = { code: 'clips', message: 'add clips for more', parameters: {} }
const option = { code: 'option_order', message: 'Any order', parameters: {} }

test('what binds a mix and what an option does is said with all that is in it', () => {
  i18n.loadAndActivate({ locale: 'zh', messages })
  expect(say({ code: 'binding', message: `${how.message}; ${advice.message}`, parameters: { how, advice } })).toBe(
    '每个分组取一个素材:Hook(3)、Body(2),分组按此顺序;添加素材可得到更多',
  )
  expect(say({ code: 'effect', message: '', parameters: { option, scale: 'usual', videos: '6', encoding: '1' } })).toBe(
    '任意顺序:不同视频数变为 6 倍,处理量不变',
  )
})
