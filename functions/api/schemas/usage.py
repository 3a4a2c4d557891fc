"""Body of what a user has of what is limited."""

from pydantic import ConfigDict, Field

from functions.api.schemas.base import View
from medley.limits import PROJECTS_PER_USER, STORED_BYTES
from medley.services.quota import Usage


class UsageView(View):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "stored_bytes": 8_388_608,
                    "stored_bytes_limit": STORED_BYTES,
                    "projects": 3,
                    "projects_limit": PROJECTS_PER_USER,
                }
            ]
        }
    )

    stored_bytes: int = Field(description="Of clips and assets, with those that can be restored.")
    stored_bytes_limit: int
    projects: int
    projects_limit: int

    @classmethod
    def of(cls, usage: Usage) -> "UsageView":
        return cls(
            stored_bytes=usage.stored_bytes,
            stored_bytes_limit=STORED_BYTES,
            projects=usage.projects,
            projects_limit=PROJECTS_PER_USER,
        )
