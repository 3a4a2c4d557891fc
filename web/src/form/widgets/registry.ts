import { PictureChoice, PictureChoices, Segmented, Select, Switch } from './Options'
import { NumberEntry, Seconds, Slider, Speeds } from './Numbers'
import { GroupTable, Part } from './Parts'
import { AssetPick, ClipPick, ClipSets, GroupPick } from './Picks'
import { Lines, TextEntry } from './Texts'
import type { Widget } from './types'

const WIDGETS: Record<string, Widget> = {
  picture: PictureChoice,
  pictures: PictureChoices,
  segmented: Segmented,
  select: Select,
  switch: Switch,
  slider: Slider,
  number: NumberEntry,
  seconds: Seconds,
  speeds: Speeds,
  text: TextEntry,
  lines: Lines,
  clip: ClipPick,
  group: GroupPick,
  asset: AssetPick,
  'clip-sets': ClipSets,
  'group-table': GroupTable,
  part: Part,
}

/** What draws a field. A widget nobody knows is a text: an app that is newer than this page can still be used. */
export function widgetOf(name: string): Widget {
  return (Object.hasOwn(WIDGETS, name) ? WIDGETS[name] : undefined) ?? TextEntry
}
