"""The videos of a job, made with MoviePy 2: python moviepy_script.py JOB.json FOLDER.

As a user of MoviePy writes it who has read that `target_resolution` is its fastest way to scale: FFmpeg does it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from moviepy import VideoFileClip, afx, concatenate_videoclips, vfx


def main(job: Path, folder: Path) -> None:
    told = json.loads(job.read_text())
    for n, edit in enumerate(told["edits"]):
        make(edit, told["encoder"], folder / f"{n}.mp4")


def make(edit: dict[str, Any], encoder: dict[str, Any], out: Path) -> None:
    """One video; `overlap` and `seconds` are in seconds."""
    clips = [fitted(shot, edit["width"], edit["height"]) for shot in edit["shots"]]
    overlap = edit["overlap"]
    if overlap:
        clips = [dissolving(clip, overlap, first=n == 0) for n, clip in enumerate(clips)]
        video = concatenate_videoclips(clips, method="compose", padding=-overlap)
    else:
        video = concatenate_videoclips(clips)
    video.write_videofile(
        str(out),
        fps=edit["fps"],
        codec="libx264",
        preset=encoder["preset"],
        threads=encoder["threads"],
        ffmpeg_params=["-crf", str(encoder["crf"])],
        audio_codec="aac",
        audio_bitrate=encoder["audio_bitrate"],
        audio_fps=48_000,
        temp_audiofile_path=str(out.parent),
        logger=None,
    )
    video.close()
    for clip in clips:
        clip.close()


def fitted(shot: dict[str, Any], width: int, height: int) -> VideoFileClip:
    """A clip that fills the picture, at its speed, as long as its shot."""
    clip = VideoFileClip(shot["path"], target_resolution=shot["cover"])
    if shot["speed"] != 1:
        clip = clip.with_speed_scaled(shot["speed"])
    clip = clip.cropped(x_center=clip.w / 2, y_center=clip.h / 2, width=width, height=height)
    return clip.with_duration(min(shot["seconds"], clip.duration))


def dissolving(clip: VideoFileClip, seconds: float, *, first: bool) -> VideoFileClip:
    """A clip that comes in over the end of the one before it, picture and sound."""
    ending = afx.AudioFadeOut(seconds)
    if first:
        return clip.with_effects([ending])
    return clip.with_effects([vfx.CrossFadeIn(seconds), afx.AudioFadeIn(seconds), ending])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
