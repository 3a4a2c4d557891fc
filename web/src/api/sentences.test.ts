import { i18n } from '@lingui/core'
import { expect, test } from 'vitest'
import { say } from './sentences'
import zh from './texts/zh.json'

const missing = { code: 'not_enough_credits', message: 'This costs 24 credits; you have 10.', parameters: { required: 24, available: 10 } }

test('the API is heard in the language that is spoken, as far as its words are translated', () => {
  i18n.loadAndActivate({ locale: 'zh', messages: zh })
  expect(say(missing)).toBe('需要 24 积分;您有 10。')
  expect(say({ code: 'of_a_later_release', message: 'In English.' })).toBe('In English.')
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  expect(say(missing)).toBe(missing.message)
})
