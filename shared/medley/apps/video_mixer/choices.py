"""Choices of the video mixer's spec: the values that can be asked for, and what a person calls them."""

from typing import Final, Literal

from medley.apps.form import Choices, Section, sections

Mode = Literal["automatic", "groups"]
Order = Literal["shuffled", "fixed"]
Choose = Literal["spread", "random"]
Trim = Literal["none", "head", "middle", "tail", "spread"]
Share = Literal["equal", "proportional", "smart"]
Aspect = Literal["16:9", "9:16", "1:1", "4:5", "4:3", "3:4", "2:3"]
Resolution = Literal[480, 720, 1080, 1440, 2160]
FrameRate = Literal[15, 24, 25, 30, 48, 50, 60, 120, "23.976", "29.97", "59.94"]
TransitionKind = Literal["cut", "fade", "dissolve", "wipe", "slide"]
Sound = Literal["keep", "mute"]
AudioTrack = Literal["default", "mix", 1, 2, 3, 4, 5, 6]

FORM: Final = sections(
    Section("videos", "Videos", "How many videos, and which clips each of them shows."),
    Section("cut", "Cut", "How long videos are, what is kept of each clip, and how one passes into the next."),
    Section("picture", "Picture", "Shape and size of the picture, and how clips fill it."),
    Section("text", "Text and logo", "What is written or drawn over the picture."),
    Section("sound", "Sound", "What is heard: the clips, music and a voice-over."),
    Section("variety", "Variety", "Which of all possible videos are made."),
    Section("file", "Files", "What the finished files are called, and how they are encoded."),
)

MODES: Final = Choices({"automatic": "From all clips", "groups": "One clip of each group"}, "mode")
ORDERS: Final = Choices({"shuffled": "Any order", "fixed": "Always the same order"}, "order")
CHOOSE: Final = Choices({"spread": "As unlike as can be", "random": "Any of them"})
TRIMS: Final = Choices(
    {
        "none": "Whole clip",
        "head": "Its beginning",
        "middle": "Its middle",
        "tail": "Its end",
        "spread": "One of several stretches",
    },
    "trim",
)
SHARES: Final = Choices(
    {"equal": "All clips alike", "proportional": "As long as they are", "smart": "The busiest longest"}, "share"
)
ASPECTS: Final = Choices(
    {
        "9:16": "Upright 9:16",
        "16:9": "Wide 16:9",
        "1:1": "Square",
        "4:5": "Upright 4:5",
        "4:3": "Wide 4:3",
        "3:4": "Upright 3:4",
        "2:3": "Upright 2:3",
    },
    "shape",
)
RESOLUTIONS: Final = Choices({480: "480p", 720: "720p HD", 1080: "1080p Full HD", 1440: "1440p", 2160: "2160p 4K"})
FRAME_RATES: Final = Choices(
    {
        15: "15",
        24: "24, as in films",
        25: "25",
        30: "30",
        48: "48",
        50: "50",
        60: "60",
        120: "120",
        "23.976": "23.976 (NTSC film)",
        "29.97": "29.97 (NTSC)",
        "59.94": "59.94 (NTSC)",
    }
)
FITS: Final = Choices({"crop": "Fill", "pad": "Bars", "blur": "Blurred bars", "smart": "Follow what moves"}, "fit")
LOOKS: Final = Choices(
    {
        "none": "As it is",
        "mirror": "Mirrored",
        "zoom_103": "A little closer",
        "zoom_106": "Closer",
        "warm": "Warm",
        "cool": "Cool",
        "mono": "Black and white",
    },
    "look",
)
TRANSITIONS: Final = Choices(
    {"cut": "Cut", "fade": "Fade through black", "dissolve": "Dissolve", "wipe": "Wipe", "slide": "Slide"}, "transition"
)
ANCHORS: Final = Choices(
    {
        "top_left": "Top left",
        "top": "Top",
        "top_right": "Top right",
        "left": "Left",
        "center": "Centre",
        "right": "Right",
        "bottom_left": "Bottom left",
        "bottom": "Bottom",
        "bottom_right": "Bottom right",
    },
    "anchor",
)
SOUNDS: Final = Choices({"keep": "Keep it", "mute": "Leave it out"})
TRACKS: Final = Choices(
    {
        "default": "The usual one",
        "mix": "All of them",
        1: "Number 1",
        2: "Number 2",
        3: "Number 3",
        4: "Number 4",
        5: "Number 5",
        6: "Number 6",
    }
)
CODECS: Final = Choices({"h264": "H.264, plays everywhere", "hevc": "HEVC, smaller", "av1": "AV1, smallest"})
CONTAINERS: Final = Choices({"mp4": "MP4", "mov": "MOV"})
QUALITIES: Final = Choices({"draft": "Draft", "standard": "Standard", "high": "High"})
