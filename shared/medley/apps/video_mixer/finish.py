"""Finish: the fields of the spec that decide how videos look, sound and are written, whichever they are."""

from pydantic import Field

from medley import limits
from medley.apps.form import ui
from medley.apps.video_mixer.choices import (
    ASPECTS,
    CODECS,
    CONTAINERS,
    FITS,
    FRAME_RATES,
    QUALITIES,
    RESOLUTIONS,
    SOUNDS,
    TRACKS,
    TRANSITIONS,
    Aspect,
    AudioTrack,
    FrameRate,
    Resolution,
    Sound,
    TransitionKind,
)
from medley.apps.video_mixer.options import (
    CaptionStyle,
    CaptionTemplate,
    MusicOptions,
    Part,
    VoiceOptions,
    WatermarkOptions,
)
from medley.contracts.engine import Codec, Container, Fit, Quality


class Finish(Part):
    """Picture, text, sound and file. Base of `spec.MixSpec`."""

    aspect: Aspect = Field(
        default="16:9",
        title="Shape",
        description="Width to height of the picture.",
        json_schema_extra=ui("picture", "basic", 10, "picture", options=ASPECTS),
    )
    resolution: Resolution = Field(
        default=720,
        title="Resolution",
        description="The shorter side of the picture, in pixels.",
        json_schema_extra=ui("picture", "basic", 20, "segmented", unit="px", options=RESOLUTIONS),
    )
    fps: FrameRate = Field(
        default=30,
        title="Frame rate",
        description="Frames per second; NTSC rates are exact.",
        json_schema_extra=ui("picture", "more", 30, "select", unit="frames/s", options=FRAME_RATES),
    )
    fit: Fit = Field(
        default="crop",
        title="Fit",
        description="A clip of another shape: crop fills the picture, pad adds bars, blur fills them with the clip; "
        "smart crops around what moves.",
        json_schema_extra=ui("picture", "more", 40, "picture", options=FITS),
    )
    transition: TransitionKind = Field(
        default="cut",
        title="Transition",
        description="Between clips. fade: through black.",
        json_schema_extra=ui("cut", "basic", 70, "picture", options=TRANSITIONS),
    )
    transition_frames: int = Field(
        default=15,
        title="Transition length",
        description="In frames; the clips overlap by so many. "
        "A clip has to be a frame longer than the transitions it has.",
        ge=limits.TRANSITION_FRAMES_MIN,
        le=limits.TRANSITION_FRAMES_MAX,
        json_schema_extra=ui(
            "cut",
            "more",
            80,
            "slider",
            unit="frames",
            show_if={"transition": ["fade", "dissolve", "wipe", "slide"]},
        ),
    )
    watermark: WatermarkOptions | None = Field(
        default=None,
        title="Watermark",
        description="An image over every video.",
        json_schema_extra=ui("text", "more", 30, "part"),
    )
    caption: CaptionTemplate = Field(
        default="",
        title="Caption",
        description="Text over each video's first clip; {n}, {count} and {opening} as in the title.",
        json_schema_extra=ui("text", "basic", 10, "lines"),
    )
    caption_style: CaptionStyle = Field(
        default=CaptionStyle(),
        title="Caption style",
        description="Of all captions.",
        json_schema_extra=ui("text", "more", 20, "part"),
    )
    audio: Sound = Field(
        default="keep",
        title="Sound",
        description="Keep the clips' own sound, or leave it out.",
        json_schema_extra=ui("sound", "more", 20, "segmented", options=SOUNDS),
    )
    audio_track: AudioTrack = Field(
        default="default",
        title="Sound track",
        description="Which is heard of clips with several: the one they flag as default, all mixed, or by its number; "
        "of clips that lack that number the default.",
        json_schema_extra=ui("sound", "expert", 22, "select", options=TRACKS, show_if={"audio": ["keep"]}),
    )
    level_clips: bool = Field(
        default=False,
        title="Level clips",
        description="Bring the sound of each clip to one loudness, so that none is much quieter than the next.",
        json_schema_extra=ui("sound", "more", 25, "switch", show_if={"audio": ["keep"]}),
    )
    music: MusicOptions | None = Field(
        default=None,
        title="Music",
        description="Music under the clips.",
        json_schema_extra=ui("sound", "basic", 10, "part"),
    )
    voice: VoiceOptions | None = Field(
        default=None,
        title="Voice-over",
        description="Heard from the first frame on.",
        json_schema_extra=ui("sound", "more", 30, "part"),
    )
    loudness_lufs: int | None = Field(
        default=None,
        title="Loudness",
        description="Integrated loudness in LUFS, -14 for most platforms; empty leaves it as it comes.",
        ge=-36,
        le=-8,
        json_schema_extra=ui("sound", "expert", 40, "slider", unit="LUFS"),
    )
    codec: Codec = Field(
        default="h264",
        title="Codec",
        description="h264 plays everywhere; hevc and av1 are smaller and slower to make.",
        json_schema_extra=ui("file", "expert", 40, "segmented", options=CODECS),
    )
    container: Container = Field(
        default="mp4",
        title="Container",
        description="Of the finished files.",
        json_schema_extra=ui("file", "expert", 50, "segmented", options=CONTAINERS),
    )
    quality: Quality = Field(
        default="standard",
        title="Quality",
        description="draft is quickest, high is largest and slowest.",
        json_schema_extra=ui("file", "more", 20, "segmented", options=QUALITIES),
    )
    max_kbps: int | None = Field(
        default=None,
        title="Bit rate cap",
        description="Ceiling of the picture's bit rate, in kbit/s; empty for none.",
        ge=200,
        le=200_000,
        json_schema_extra=ui("file", "expert", 60, "number", unit="kbit/s"),
    )
    full_check: bool = Field(
        default=False,
        title="Full check",
        description="Decode every finished video once more, whole; frames, samples and times are always checked.",
        json_schema_extra=ui("file", "expert", 90, "switch"),
    )
