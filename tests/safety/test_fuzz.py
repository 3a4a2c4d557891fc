"""Many damaged files: each is answered, accepted or refused with a code, and no process is lost over it.

`make fuzz` damages twenty thousand.
"""

import resource
from pathlib import Path

import pytest

from medley import limits
from tests.breadth import THOROUGH
from tests.safety.fuzz.mutations import MUTATIONS
from tests.safety.fuzz.trial import KINDS, Outcome, Seeds, attempt, mutant

SEED = 14137  # its first 57 mutants are of every kind
MUTANTS = 500 if THOROUGH else 120
BATCHES = 3
GROWTH_MB = 512  # of the process that asks
RENDER_EVERY = 4  # of the accepted, so that the whole stays within a minute


@pytest.fixture(scope="session")
def seeds(shared_folder: Path) -> Seeds:
    return Seeds(shared_folder)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_damaged_file_is_answered(batch: int, seeds: Seeds, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = [
        attempt(seeds, SEED, n, tmp_path, render=n // BATCHES % RENDER_EVERY == 0)
        for n in range(batch, MUTANTS, BATCHES)
    ]
    assert [outcome for outcome in outcomes if outcome.fault] == []
    assert max(outcome.peak_mb for outcome in outcomes) < limits.PROBE_MEMORY_BYTES // 1024**2
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # this process, which also does the mixing
    assert grown_kb < GROWTH_MB * 1024
    assert answers(outcomes) >= {"accepted", "rendered", "not_media"}
    assert list(tmp_path.iterdir()) == []


def answers(outcomes: list[Outcome]) -> set[str]:
    return {outcome.answer for outcome in outcomes}


def test_a_seed_always_damages_alike(seeds: Seeds) -> None:
    assert mutant(seeds, SEED, 7) == mutant(seeds, SEED, 7)
    assert mutant(seeds, SEED, 7) != mutant(seeds, SEED + 1, 7)
    assert len({mutant(seeds, SEED, n) for n in range(100)}) == 100


def test_every_kind_is_damaged(seeds: Seeds) -> None:
    assert {mutant(seeds, SEED, n)[0] for n in range(MUTANTS)} == set(KINDS)
    assert len(set(MUTATIONS)) == 10


def test_a_stream_the_header_did_not_tell_of(seeds: Seeds, tmp_path: Path) -> None:
    """This damage makes a transport stream begin another stream half-way."""
    assert attempt(seeds, 1, 7905, tmp_path, render=False).fault == ""
