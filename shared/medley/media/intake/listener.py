"""Listener to the sound of a clip as it decodes: how it changes, and how far its samples run from its times.

Part of the probe's child program, so it imports nothing of Medley.
"""

from fractions import Fraction
from typing import Any

FORMS = 5  # told at most
JUMP = Fraction(1, 10)  # s: what is farther from its times than this is put where they say, by any reader


class Listener:
    """What is found on the way: `forms`, pairs of rate and channels in the order they come, and `apart_us`, how far
    samples played one after another get from their times before they are as far as a jump."""

    def __init__(self) -> None:
        self.forms: list[tuple[int, int]] = []
        self._due: Fraction | None = None  # when the next sample comes, if all are played one after another
        self._apart = Fraction(0)

    @property
    def apart_us(self) -> int:
        return round(self._apart * 1_000_000)

    def add(self, sounds: list[Any]) -> None:
        """Listen to what a packet gave."""
        for sound in sounds:
            form = (sound.sample_rate, sound.layout.nb_channels)
            if form not in self.forms and len(self.forms) < FORMS:
                self.forms.append(form)
            self._follow(sound)

    def _follow(self, sound: Any) -> None:
        if sound.pts is None or not sound.sample_rate:
            return
        at = sound.pts * sound.time_base
        if self._due is None or abs(at - self._due) > JUMP:
            self._due = at
        self._apart = max(self._apart, abs(at - self._due))
        self._due += Fraction(sound.samples, sound.sample_rate)
