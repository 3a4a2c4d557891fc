"""Naming of groups: a spec that means groups by their ids, with their names, by which all that follows goes."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from medley.apps.registry import Library
from medley.apps.video_mixer.options import GroupOptions
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.wording import SAID
from medley.domain.projects import Group
from medley.errors import InvalidInput


def named(spec: MixSpec, library: Library) -> MixSpec:
    """The spec with the name of each group it has options for.

    Raises:
        InvalidInput: code `group_not_in_project`; code `group_named_twice`, where options are there twice, or for one
            of two groups of one name.
    """
    if not spec.groups:
        return spec
    known = {group.id: group for group in library.groups if group.id is not None}
    options = tuple(_named(each, known) for each in spec.groups)
    groups = Counter(group.name for group in library.groups)
    for name, times in Counter(each.name or "" for each in options).items():
        if times > 1 or groups[name] > 1:
            raise InvalidInput(SAID.say("group_named_twice", group=name), field="groups")
    return spec.model_copy(update={"groups": options})


def _named(options: GroupOptions, known: Mapping[UUID, Group]) -> GroupOptions:
    if options.id is None:
        return options
    if options.id not in known:
        gone = SAID.say("group_not_in_project", why="gone", group=str(options.id))
        raise InvalidInput(gone, field="groups")
    return options.model_copy(update={"id": None, "name": known[options.id].name})
