"""Wording of the video mixer: the English templates of what it says, by code (`medley.sentences`)."""

from typing import Final

from medley.sentences import Wording

_HOW: Final = {  # how videos come about, and what binds their number
    "automatic": "{amount, select, all {{available, plural, one {the one clip} other {all # clips}}} "
    "other {{shown} of {available} clips}} in {order, select, any {any} other {library}} order{pins}{apart}",
    "one_of_each_group": "one clip of each group: {groups}, groups in {order, select, any {any} other {this}} "
    "order{pins}{apart}",
    "clips_of_each_group": "clips of each group: {groups}, groups in {order, select, any {any} other {this}} order, "
    "clips within a group in any order{pins}{apart}",
    "group_size": "{group} ({clips})",
    "group_part": "{group} ({picked} of {clips})",
    "pinned": "{ends, select, both {, starting with ''{first}'', ending with ''{last}''} "
    "first {, starting with ''{first}''} other {, ending with ''{last}''}}",
    "apart": ", clips of {sets, plural, one {a set} other {# sets}} never adjacent",
    "binding": "{how}; {advice}",
    "fixed_order": "shuffle the order for more",
    "pinned_clips": "pin no clip for more",
    "never_adjacent": "allow all clips to be neighbours for more",
    "clips_per_video": "show more clips per video for more",
    "clips": "add clips for more",
    "gives_clip": "another clip ({videos})",
    "gives_speed": "another speed ({videos})",
    "gives_look": "another look ({videos})",
    "gives_windows": "one of two stretches of each clip ({videos})",
    "gives_clip_of_group": "another clip in ''{group}'' ({videos})",
    "gives_window": "one more stretch of each clip ({videos})",
    "gives_longer": "one clip more in each video ({videos})",
    "gives_order": "any order ({videos})",
    "gives_no_pins": "no pinned clip ({videos})",
    "gives_neighbours": "no clips kept apart ({videos})",
    "gives_any_length": "no exact length ({videos})",
}

_NOTES: Final = {
    "same_content": "Same content as another clip, so counted once: {clips}.",
    "in_earlier_group": "Also in an earlier group, so not counted in ''{group}'': {clips}.",
    "rotated": "The groups go round in their order, from any of them on: with these never-adjacent sets there are too "
    "many other orders to count.",
    "compared_without_sets": "What each option does is said as if clips of these sets could follow each other: "
    "comparing with them kept apart takes too long.",
    "videos_left_out": "{videos} of {possible} videos are left out: they have too little footage for {what}.",
    "clips_left_out": "Left out, too short for {what}: {clips}{more, plural, =0 {} other { and # more}}.",
    "at_speeds": "{clip} at speed {speeds}",
    "length": "{seconds} s",
    "transitions": "transitions of {frames, plural, one {# frame} other {# frames}}",
    "length_and_transitions": "{seconds} s with transitions of {frames, plural, one {# frame} other {# frames}}",
    "only_possible": "Only {possible, plural, one {# different video is} other {# different videos are}} possible: "
    "{binding}.",
    "would_give_more": "What would give more: {what}.",
    "characters_left_out": "Captions leave out {characters}: their typeface does not have them.",
    "names_left_out": "Captions leave out a part of the clip''s name for {clips}.",
    "same_place": "The caption and the watermark stand in the same place, {place}.",
    "track_lacking": "{track, select, mix {{clips} came before all tracks were looked at: add them again to "
    "have all mixed; the default is heard.} other {There is no sound track {track} that can be read in {clips}: the "
    "default is heard.}}",
    "voice_cut": "The voice-over lasts {seconds} s and is cut off where a video ends, after {most_seconds} s at the "
    "latest.",
    "promises_nothing": "This says how different the edits are. What a platform''s own checks make of them is the "
    "platform''s affair: no figure here promises anything about it.",
    "reordered": "Videos that show the same clips in another order are as alike as can be where order is ignored; only "
    "the figures in order tell them apart.",
}

_REFUSALS: Final = {
    "no_clips": "The project has no clip that is ready to mix.",
    "no_groups": "The project has no group; groups mode takes clips of each.",
    "too_few_clips": "{where, select, group {{requested, plural, one {# clip} other {# clips}} of group ''{group}'' "
    "{requested, plural, one {was} other {were}} asked for in each video, but it has only {available, plural, "
    "one {one that is ready} other {# different ones that are ready}}.} "
    "other {{requested, plural, one {# clip per video was} other {# clips per video were}} asked for, but only "
    "{available, plural, one {# different clip is} other {# different clips are}} ready.}}",
    "too_many_clips_per_video": "A video can show {limit, plural, one {# clip} other {# clips}}, not {requested}: "
    "choose fewer clips per video.",
    "clip_not_in_project": "{field, select, first_clip {The first clip} last_clip {The last clip} "
    "other {A clip of never_adjacent}} is not one of the project''s ready clips.",
    "group_not_in_project": "{why, select, gone {One of the groups that options are for is not in this project any "
    "more: choose another.} other {The project has no group named ''{group}''; it has {groups}.}}",
    "group_named_twice": "Options for the group ''{group}'' are there twice, or two groups have this name: rename one.",
    "empty_group": "{why, select, repeated {All clips of group ''{group}'' are in earlier groups too. With groups in "
    "any order each clip counts in one group only: move some, or fix the order.} "
    "other {Group ''{group}'' has no clip that is ready to mix.}}",
    "pin_outside_group": "''{clip}'' cannot be {end, select, first {first} other {last}}: {why, select, "
    "no_group {it is in no group.} other {it is not in group ''{group}'', which is {end, select, first {first} "
    "other {last}}.}}",
    "pins_clash": "{why, select, one_clip {A video of one clip cannot have a first and a last one.} "
    "same_clip {The first and the last clip are the same, and no clip is shown twice.} "
    "one_of_group {The first and the last clip are of the same group, and it gives one clip.} "
    "other {The first and the last clip are of the same group, ''{group}'', and a group''s clips stand together.}}",
    "sets_overlap": "''{clip}'' is in two never-adjacent sets (clips of the same content count as one): join the sets, "
    "or take it out of one.",
    "never_adjacent_impossible": "{why, select, large_set {A video of {length, plural, one {# clip} other {# clips}} "
    "must show at least {least} of the {clips} clips of a never-adjacent set, and at most {most} of them can be kept "
    "apart: make the set smaller, or add clips that are not in it.} "
    "other {No order keeps the never-adjacent clips apart: {how}.}}",
    "length_too_short": "{requested} s are too short for {clips, plural, one {# clip with its} "
    "other {# clips with their}} transitions; the least is {seconds} s.",
    "too_little_footage": "{why, select, together {The clips of a video come to {seconds} s at most, less than the "
    "{requested} s asked for: ask for a shorter length, or choose more or longer clips.} "
    "other {No video the options allow has enough footage for {what}: ask for a shorter length or transition, or "
    "choose more or longer clips.}}",
    "clip_too_short": "''{clip}'' is {frames, plural, one {# frame} other {# frames}} long, and with the transitions "
    "it has between other clips it needs {needed}: shorten the transition, pin the clip to an end, or leave it out.",
    "too_many_segments": "At this size, frame rate and quality a video could need {requested, plural, one {# "
    "separately encoded segment} other {# separately encoded segments}}, and the limit is {limit}: choose a lower one, "
    "or fewer or shorter clips.",
    "output_too_long": "A video could last {seconds} s, and the limit is {limit} s: choose fewer or shorter clips.",
    "asset_not_in_project": "The {field, select, voice {voice-over} other {{field}}} is not one of the project''s "
    "ready {kind, select, audio {audio} other {image}} assets.",
    "too_much_encoding": "All of this is about {hours, plural, one {# hour} other {# hours}} of encoding, more than "
    "one order may be: order fewer or shorter videos, or a smaller picture.",
    "preview_too_far": "A preview shows videos after {limit} others at most, not after {skipped}: these are seen once "
    "they are ordered.",
    "segment_lost": "A part of this video was lost and could not be made anew; order it again.",
}

_SETTINGS: Final = {  # what is wrong with settings that are each right
    "no_effect": "This has no effect {when, select, groups {in groups mode: say how many clips each group gives} "
    "automatic {in automatic mode} no_length {without an exact length} no_spread {unless one of several stretches is "
    "taken of a clip} cut {on a cut} no_caption {without a caption} mute {when the clips are mute} "
    "other {without sound}}.",
    "one_group": "Say which group by its id or by its name, not by both.",
    "named_twice": "{what, select, groups {A group} never_adjacent {A clip} speeds {A speed} other {A look}} is named "
    "twice.",
    "set_too_small": "A set of clips that are never adjacent needs at least two.",
    "window_missing": "Say how many seconds of a trimmed clip are kept.",
    "trim_missing": "Say which part of a clip is kept: seconds alone do not.",
    "smart_spread": "Smart shares choose the stretch of a clip themselves, so none of several can be taken.",
    "mov_av1": "A MOV file cannot hold AV1: choose MP4, H.264 or HEVC.",
    "skip_without_seed": "To skip videos of an earlier order, its seed is needed.",
    "unwritable": "Captions cannot show {characters}: their letters are Latin, Greek, Cyrillic, Armenian, Georgian, "
    "Hebrew, Arabic or Persian.",
    "not_a_speed": "''{given}'' is not a speed: write 0.75, 1.25 or 5/4.",
    "speed_out_of_range": "A speed is between 0.5 and 2, not {given}.",
    "empty_text": "The text is empty.",
    "control_character": "The text holds a control character, such as a line break.",
    "unmatched_brace": "The braces of the text do not match.",
    "unknown_word": "The text can hold {known}; ''{given}'' is none of them.",
}

_LABELS: Final = {  # of price lines and options
    "video": "Video",
    "order_mixing": "Order mixing",
    **{f"resolution_{lines}": f"{lines}p" for lines in (480, 720, 1080, 1440, 2160)},
    "high_frame_rate": "{fps} frames per second",
    "smart_shares": "Smart distribution",
    "option_order": "Any order",
    "option_clips_per_video": "Clips per video",
    "option_groups": "Group options",
    "option_pins": "First and last clip",
    "option_never_adjacent": "Never adjacent",
    "option_speeds": "Speeds",
    "option_looks": "Looks",
    "option_trim": "Trim",
    "option_duration": "Exact length",
    "option_transition": "Transition",
    "option_caption": "Caption",
    "option_quality": "Quality",
    "option_codec": "Codec",
}

SAID: Final = Wording({**_HOW, **_NOTES, **_REFUSALS, **_SETTINGS, **_LABELS})
