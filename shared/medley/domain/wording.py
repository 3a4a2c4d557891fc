"""Wording of the core: the English templates of what it says, by code (`medley.sentences`). An app has its own."""

from typing import Final

from medley.errors import NotMedia
from medley.sentences import Sentence, Value, Wording

READABLE: Final = "MP4, MOV, MKV, WebM, AVI, MPEG (TS, M2TS, MPG), FLV, GIF or WebP"

_QUOTES: Final = {
    "effect": "{option}: {scale, select, large {more than a million times the different videos} other "
    "{{videos, plural, =1 {as many different videos} other {# times the different videos}}}}, "
    "{encoding, plural, =1 {as much encoding} other {# times the encoding}}",
    "too_many_outputs": "{requested, plural, one {# different {unit, select, videos {video} other {output}} was} "
    "other {# different {unit, select, videos {videos} other {outputs}} were}} asked for, but only "
    "{possible, plural, one {# is} other {# are}} possible: {binding}.{more}",
    "invalid_spec": "The settings are not valid.",
    "not_enough_credits": "This costs {required, plural, one {# credit} other {# credits}}; you have {available}.",
    "too_many_orders": "At most {limit, plural, one {# order} other {# orders}} an hour; the next in "
    "{retry_after_s, plural, one {# second} other {# seconds}}.",
    "too_many_open_generations": "At most {limit, plural, one {# generation runs} other {# generations run}} at a "
    "time; wait for one to end.",
    "too_many_attempts": "Too many attempts. Try again in {retry_after_s, plural, one {# second} other {# seconds}}.",
    "plan_too_large": "This order comes to {pieces} pieces, outputs times pieces of each; at most {limit} are planned "
    "at once. Order fewer at a time.",
    "app_broken": "{error}",
    "app_unavailable": "This app cannot be used at the moment.{more}",
    "after": " {note}",
    "lanes_missing": "{count, plural, one {Lane {lanes} is} other {Lanes {lanes} are}} missing here.",
}

_ENDINGS: Final = {  # why outputs, clips and assets are not there
    "planning_failed": "This order could not be planned. Its credits are back; we look into it.",
    "upgraded": "Medley was updated while this was made. Order it again; its credits are back.",
    "gone": "{of, select, bundle {None of these videos is there any more.} "
    "other {This output was lost. It can be made again, free of charge.}}",
    "deadline": "{of, select, bundle {The time for this bundle was up. Ask for it again.} "
    "other {The time for this generation was up.}}",
    "gave_up": "{of, select, bundle {An archive was tried several times without success.} "
    "other {{task} was tried several times without success.}}",
    "plan_gone": "The plan of this generation is not stored any more.",
    "plan_differs": "The plan of this generation was lost, and what it was made from has changed since, so it cannot "
    "be made again.",
    "recipes_expired": "What the first videos of this seed were made of is not kept any more, so these could repeat "
    "them: choose another seed.",
    "never_uploaded": "The file was never uploaded.",
    "ingest_gave_up": "Medley could not read the file in several attempts. The fault may be ours: please upload it "
    "again.",
    "welcome": "Welcome",
    "given": "From whoever runs this Medley",
    "free_text": "{text}",
}

_NAMES: Final = {  # what is wrong with what people call things, and with their passwords
    "invalid_name": "{what, select, person {The name} project {The project''s name} group {The group''s name} "
    "preset {The preset''s name} other {The file name}} {reason, select, empty {is empty.} "
    "invisible {has nothing that can be seen.} too_long {has more than {limit} characters.} "
    "other {contains a control character, such as a line break.}}",
    "invalid_naming": "{reason, select, empty {The naming template is empty.} "
    "too_long {A naming template has at most {limit} characters.} "
    "control {The naming template contains a control character.} "
    "unknown_field {A naming template has no field {field}.} "
    "other {A brace of the naming template has no partner.}} Its fields are {fields}.",
    "weak_password": "{reason, select, too_short {A password has at least {least} characters.} "
    "too_long {A password has at most {limit} characters.} is_email {The password must not be the email address.} "
    "other {This password is among the first anyone would try.}}",
}

_KINDS: Final = {  # by what a field should be, the names pydantic has for its not being that
    "This is true or false.": ("bool_type", "bool_parsing"),
    "This is a whole number.": ("int_type", "int_from_float"),
    "This is a whole number, written in digits.": ("int_parsing", "int_parsing_size"),
    "This is a number.": ("float_type", "float_parsing", "decimal_type", "decimal_parsing", "number_type"),
    "This is a text.": ("string_type", "string_unicode"),
    "This is an id.": ("uuid_type", "uuid_parsing", "uuid_version"),
    "This is a list.": ("list_type", "tuple_type"),
    "This is an object with fields.": ("dict_type", "model_type", "model_attributes_type"),
}
FIELDS: Final = {  # what is wrong with one field of what was sent
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field.",
    **{kind: text for text, kinds in _KINDS.items() for kind in kinds},
    "finite_number": "This is a finite number.",
    "number_too_large": "A whole number has 63 bits at most.",
    "decimal_max_places": "At most {decimal_places, plural, one {# decimal place} other {# decimal places}}.",
    "string_too_short": "At least {min_length, plural, one {# character} other {# characters}}.",
    "string_too_long": "At most {max_length, plural, one {# character} other {# characters}}.",
    "string_pattern_mismatch": "This text is not of the form it should have.",
    "too_few_items": "At least {min_length, plural, one {# item} other {# items}}.",
    "too_many_items": "At most {max_length, plural, one {# item} other {# items}}.",
    "greater_than_equal": "At least {ge}.",
    "less_than_equal": "At most {le}.",
    "literal_error": "One of these: {expected}.",
    "enum": "One of these: {expected}.",
    "text_not_storable": "A text cannot contain NUL or half a surrogate pair.",
    "json_too_deep": "This is nested too deeply.",
    "too_many_fields": "At most {limit} fields are possible.",
    "email": "This is not an email address: {reason}",
    "not_valid": "This is not valid.",
}

_REFUSALS: Final = {  # of files
    "empty": "The file is empty.",
    "playlist": "The file is a playlist or a script that names other files"
    "{what, select, clip {, not a video} other {}}.",
    "picture": "The file is a picture; a clip must be a video.{moving, select, yes { Convert an animation to MP4.} "
    "other {}}",
    "no_video": "The file has {what, select, sound {only sound} other {no video}}; a clip needs a picture.",
    "no_audio": "There is no sound in the file.",
    "not_media": "{what, select, kind {Medley does not read {kind}. Clips are {readable}; convert others to one of "
    "them.} clip {The file is not a video Medley can read. Clips are {readable}; convert others to one of them.} "
    "damaged_clip {The file is not a video Medley can read, or it is damaged or cut off. Clips are {readable}; convert "
    "others to one of them.} sound {The file is no sound Medley can read, or it is damaged or cut off.} "
    "other {The file is no sound and no image Medley can read.}}",
    "too_large": "{what, select, body {The body is too large.} image {The image has more than {most} {unit}.} "
    "other {The file is larger than {most} {unit}.}}",
    "truncated": "The {what, select, image {image} other {file}} is damaged or cut off: its end is missing.",
    "unreadable": "{what, select, stuck {The file cannot be read: its reader got stuck.} "
    "memory {The file cannot be read: it needs too much memory or time.} "
    "damaged {The file is damaged: too little of it can be read.} "
    "picture {No picture of the file can be decoded.} "
    "clip {The clip cannot be decoded.} "
    "part {A part of the clip cannot be decoded.} "
    "sound_part {A part of the clip''s sound cannot be decoded.} "
    "sound {The sound cannot be decoded.} "
    "animation {The image is an animation; a still one is needed.} "
    "image {The image cannot be decoded: it is damaged.} "
    "other {The file cannot be opened: {why}.}}",
    "unreadable_asset": "The music or the voice-over cannot be decoded.",
    "short_footage": "The clip gives {found} of the {frames} frames it should have: a part of it cannot be decoded.",
    "unsupported_codec": "Medley does not read {codec} {what, select, sound {sound} other {video}}.",
    "too_many_streams": "The file has {streams} streams; {most} are possible.",
    "too_many_packets": "The file has more packets than a {what, select, sound {sound} other {clip}} can have.",
    "too_short": "{what, select, sound {The sound lasts {seconds} s; {least_seconds} s is the least.} other {The file "
    "has a single picture; a clip needs at least two frames.}}",
    "too_long": "The {what, select, sound {sound} other {clip}} is {seconds, plural, one {# second} other {# seconds}} "
    "long; {most} are possible.",
    "too_fast": "The clip has more than {most} frames per second.",
    "too_narrow": "The picture is more than {most} times as long as it is wide.",
    "too_large_picture": "The {what, select, image {image} other {picture}} is {width}x{height}; at most {most} pixels "
    "per side and {most_pixels} in all are possible.",
    "bad_picture_size": "The size of its picture cannot be read: it is zero, or far too large.",
    "wrong_kind": "The file is {found, select, audio {sound} other {an image}}, which is not what it was uploaded as.",
    "clip_changed": "The file changed after it was read; upload it again.",
    "clip_gone": "The file is not there any more; upload it again.",
    "ffmpeg_failed": "{what, select, video {This video could not be put together.} other {The clip could not be "
    "encoded.}}",
}
_WARNINGS: Final = {  # what of a clip will not be seen or heard as it is in the file
    "picture_tracks": "{count, plural, one {# video track} other {# video tracks}}: number {taken} is shown",
    "sound_tracks": "several sound tracks, of which number {taken} is heard: {tracks}",
    "damaged": "up to {percent} % of it are damaged or lost, first {at_s} s after its beginning: what is seen or "
    "heard there may be wrong or missing",
    "sound_goes_on": "its sound goes on when its picture has ended: the last picture is held from {at_s} s on",
    "sound_cut": "its sound is longer than a clip can be: it is cut off at {at_s} s, where its picture ends",
    "picture_changes": "its picture changes its shape on the way ({shapes}): each part is fitted by its own",
    "sound_drifts": "its sound gets up to {for_s} s away from its picture: it is stretched to stay with it",
    "sound_changes": "its sound changes on the way ({forms}): all of it becomes stereo at 48,000 Hz",
    "sound_not_read": "Medley does not read its sound ({codecs}): it will be silent",
    "variable_rate": "variable frame rate: frames are repeated or left out to make it constant",
    "long_picture": "one picture stands still for {for_s} s",
    "high_rate": "more than {rate} frames per second: frames are left out",
    "hdr": "HDR: brightness and colours are mapped to standard range",
    "interlaced": "interlaced: it is deinterlaced",
    "wide_pixels": "pixels are not square ({across}:{down}): it is stretched to its true shape",
    "see_through": "it can be seen through: it is laid over black",
    "full_range": "full range: levels are brought to those of video",
    "small": "its shorter side has fewer than {pixels} pixels: any output enlarges it",
    "no_sound": "no sound: it will be silent",
    "surround": "{channels} channels of sound: mixed down to stereo",
    "sound_late": "sound begins {for_s} s after the picture: silence until then",
    "sound_short": "sound ends {for_s} s before the picture: silence from there",
    "sound_early": "sound begins {for_s} s before the picture: that much is cut",
}
_ABOUT: Final = {  # before a refusal, where it is not plain what it is of
    "of_file": "{name}: ",
    "of_sounds": "Music or voice-over: ",
    "of_video": "This video could not be put together: ",
}

CORE: Final = Wording(
    {
        **_QUOTES,
        **_ENDINGS,
        **_NAMES,
        **FIELDS,
        **_ABOUT,
        **_WARNINGS,
        **{code: f"{{about}}{text}" for code, text in _REFUSALS.items()},
    }
)


def refused(code: str, /, **parameters: Value) -> NotMedia:
    """The refusal of a file."""
    return NotMedia(CORE.say(code, about="", **parameters))


def about(message: str, what: Sentence) -> str:
    """What was said of a file, beginning with whose file it is; as it is, if it is not said of one."""
    if isinstance(message, Sentence) and "about" in message.parameters:
        return CORE.say(message.code, **{**message.parameters, "about": what})
    return f"{what}{message}"
