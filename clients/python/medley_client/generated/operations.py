"""The API's operations as methods. Written by `make docs` from the OpenAPI document; edit neither."""

from __future__ import annotations

from typing import Any, Literal, cast
from urllib.parse import quote

from medley_client.generated import models
from medley_client.transport import Transport


class Operations:
    """Every operation of the API; all raise ApiError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def sign_up(
        self,
        body: models.SignUp,
    ) -> models.LinkSent:
        """Ask for an account.
        """
        path = "/v1/auth/sign-up"
        return cast('models.LinkSent', self._transport.json("POST", path, body=body))

    def complete_sign_up(
        self,
        body: models.CompleteSignUp,
    ) -> models.Session:
        """Make the account and sign in.
        """
        path = "/v1/auth/sign-up/complete"
        return cast('models.Session', self._transport.json("POST", path, body=body))

    def sign_in(
        self,
        body: models.SignIn,
    ) -> models.Session:
        """Sign in.
        """
        path = "/v1/auth/sign-in"
        return cast('models.Session', self._transport.json("POST", path, body=body))

    def refresh(
        self,
    ) -> models.Session:
        """Get a new access token.
        """
        path = "/v1/auth/refresh"
        return cast('models.Session', self._transport.json("POST", path))

    def sign_out(
        self,
    ) -> None:
        """Sign out.
        """
        path = "/v1/auth/sign-out"
        self._transport.nothing("POST", path)

    def reset_password(
        self,
        body: models.MailAddress,
    ) -> models.LinkSent:
        """Ask for a link to reset the password.
        """
        path = "/v1/auth/reset-password"
        return cast('models.LinkSent', self._transport.json("POST", path, body=body))

    def complete_reset(
        self,
        body: models.CompleteReset,
    ) -> models.Session:
        """Reset the password and sign in.
        """
        path = "/v1/auth/reset-password/complete"
        return cast('models.Session', self._transport.json("POST", path, body=body))

    def confirm_email(
        self,
        body: models.Token,
    ) -> None:
        """Confirm a new address.
        """
        path = "/v1/auth/confirm-email"
        self._transport.nothing("POST", path, body=body)

    def me(
        self,
    ) -> models.User:
        """Who is signed in.
        """
        path = "/v1/me"
        return cast('models.User', self._transport.json("GET", path))

    def change_profile(
        self,
        body: models.ProfileChanges,
    ) -> models.User:
        """Change the profile.
        """
        path = "/v1/me"
        return cast('models.User', self._transport.json("PATCH", path, body=body))

    def change_password(
        self,
        body: models.ChangePassword,
    ) -> None:
        """Change the password.
        """
        path = "/v1/me/password"
        self._transport.nothing("POST", path, body=body)

    def change_email(
        self,
        body: models.ChangeEmail,
    ) -> models.LinkSent:
        """Ask to change the address.
        """
        path = "/v1/me/email"
        return cast('models.LinkSent', self._transport.json("POST", path, body=body))

    def confirm_password(
        self,
        body: models.PasswordProof,
    ) -> None:
        """Give the password again.
        """
        path = "/v1/me/confirm-password"
        self._transport.nothing("POST", path, body=body)

    def delete_account(
        self,
        body: models.PasswordProof,
    ) -> None:
        """Delete the account.
        """
        path = "/v1/me/delete"
        self._transport.nothing("POST", path, body=body)

    def list_exports(
        self,
    ) -> models.ExportList:
        """List exports.
        """
        path = "/v1/me/exports"
        return cast('models.ExportList', self._transport.json("GET", path))

    def create_export(
        self,
        body: models.PasswordProof,
    ) -> models.Export:
        """Ask for all your data.
        """
        path = "/v1/me/exports"
        return cast('models.Export', self._transport.json("POST", path, body=body))

    def list_sessions(
        self,
    ) -> models.SessionList:
        """List where you are signed in.
        """
        path = "/v1/sessions"
        return cast('models.SessionList', self._transport.json("GET", path))

    def end_session(
        self,
        session_id: str,
    ) -> None:
        """End a session.
        """
        path = f"/v1/sessions/{quote(str(session_id), safe='')}"
        self._transport.nothing("DELETE", path)

    def end_other_sessions(
        self,
    ) -> None:
        """End all other sessions.
        """
        path = "/v1/sessions/end-others"
        self._transport.nothing("POST", path)

    def end_all_sessions(
        self,
    ) -> None:
        """End all sessions.
        """
        path = "/v1/sessions/end-all"
        self._transport.nothing("POST", path)

    def socket_ticket(
        self,
    ) -> models.Ticket:
        """Get a ticket for the WebSocket.
        """
        path = "/v1/socket-tickets"
        return cast('models.Ticket', self._transport.json("POST", path))

    def read_usage(
        self,
    ) -> models.Usage:
        """Read what you use of what is limited.
        """
        path = "/v1/usage"
        return cast('models.Usage', self._transport.json("GET", path))

    def list_projects(
        self,
        *,
        shelf: models.Shelf | None = None,
        search: str | None = None,
        app: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.ListedProjectPage:
        """List projects, newest first.
        """
        path = "/v1/projects"
        return cast('models.ListedProjectPage', self._transport.json("GET", path, query={"shelf": shelf, "search": search, "app": app, "cursor": cursor, "limit": limit}))

    def create_project(
        self,
        body: models.NewProject,
    ) -> models.Project:
        """Make a project.
        """
        path = "/v1/projects"
        return cast('models.Project', self._transport.json("POST", path, body=body))

    def read_project(
        self,
        project_id: str,
    ) -> models.Project:
        """Read a project.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}"
        return cast('models.Project', self._transport.json("GET", path))

    def change_project(
        self,
        project_id: str,
        body: models.ProjectChange,
    ) -> models.Project:
        """Rename or archive a project.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}"
        return cast('models.Project', self._transport.json("PATCH", path, body=body))

    def delete_project(
        self,
        project_id: str,
        *,
        forever: bool | None = None,
    ) -> None:
        """Delete a project.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}"
        self._transport.nothing("DELETE", path, query={"forever": forever})

    def duplicate_project(
        self,
        project_id: str,
        body: models.ProjectCopy,
    ) -> models.Project:
        """Duplicate a project.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/duplicate"
        return cast('models.Project', self._transport.json("POST", path, body=body))

    def restore_project(
        self,
        project_id: str,
    ) -> models.Project:
        """Restore a deleted project.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/restore"
        return cast('models.Project', self._transport.json("POST", path))

    def list_groups(
        self,
        project_id: str,
    ) -> models.GroupPage:
        """List groups, in order.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/groups"
        return cast('models.GroupPage', self._transport.json("GET", path))

    def create_group(
        self,
        project_id: str,
        body: models.NewGroup,
    ) -> models.Group:
        """Add a group after the others.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/groups"
        return cast('models.Group', self._transport.json("POST", path, body=body))

    def update_group(
        self,
        group_id: str,
        body: models.GroupChange,
    ) -> models.Group:
        """Change a group.
        """
        path = f"/v1/groups/{quote(str(group_id), safe='')}"
        return cast('models.Group', self._transport.json("PUT", path, body=body))

    def delete_group(
        self,
        group_id: str,
    ) -> None:
        """Delete a group.
        """
        path = f"/v1/groups/{quote(str(group_id), safe='')}"
        self._transport.nothing("DELETE", path)

    def assign_clips(
        self,
        group_id: str,
        body: models.ClipsToAssign,
    ) -> models.Group:
        """Move clips into a group.
        """
        path = f"/v1/groups/{quote(str(group_id), safe='')}/clips"
        return cast('models.Group', self._transport.json("POST", path, body=body))

    def ungroup_clips(
        self,
        project_id: str,
        body: models.SomeClips,
    ) -> None:
        """Take clips out of their groups.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/clips/ungroup"
        self._transport.nothing("POST", path, body=body)

    def request_clip(
        self,
        project_id: str,
        body: models.NewClip,
    ) -> models.ExpectedClip:
        """Ask to upload a clip.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/clips"
        return cast('models.ExpectedClip', self._transport.json("POST", path, body=body))

    def list_clips(
        self,
        project_id: str,
        *,
        deleted: bool | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.ClipPage:
        """List clips, in order of arrival.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/clips"
        return cast('models.ClipPage', self._transport.json("GET", path, query={"deleted": deleted, "cursor": cursor, "limit": limit}))

    def renew_clip_upload(
        self,
        clip_id: str,
    ) -> models.ExpectedClip:
        """Get a fresh upload.
        """
        path = f"/v1/clips/{quote(str(clip_id), safe='')}/upload"
        return cast('models.ExpectedClip', self._transport.json("POST", path))

    def list_parts(
        self,
        clip_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.ArrivedParts:
        """List the parts that arrived.
        """
        path = f"/v1/clips/{quote(str(clip_id), safe='')}/parts"
        return cast('models.ArrivedParts', self._transport.json("GET", path, query={"cursor": cursor, "limit": limit}))

    def sign_parts(
        self,
        clip_id: str,
        body: models.WantedParts,
    ) -> models.SignedParts:
        """Get fresh requests for parts.
        """
        path = f"/v1/clips/{quote(str(clip_id), safe='')}/parts"
        return cast('models.SignedParts', self._transport.json("POST", path, body=body))

    def complete_clip(
        self,
        clip_id: str,
        body: models.SentParts,
    ) -> models.Clip:
        """Join the parts of an upload.
        """
        path = f"/v1/clips/{quote(str(clip_id), safe='')}/complete"
        return cast('models.Clip', self._transport.json("POST", path, body=body))

    def delete_clips(
        self,
        project_id: str,
        body: models.ClipsToDelete,
    ) -> None:
        """Delete several clips.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/clips/delete"
        self._transport.nothing("POST", path, body=body)

    def restore_clips(
        self,
        project_id: str,
        body: models.SomeClips,
    ) -> None:
        """Restore deleted clips.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/clips/restore"
        self._transport.nothing("POST", path, body=body)

    def read_clip(
        self,
        clip_id: str,
    ) -> models.Clip:
        """Read a clip.
        """
        path = f"/v1/clips/{quote(str(clip_id), safe='')}"
        return cast('models.Clip', self._transport.json("GET", path))

    def delete_clip(
        self,
        clip_id: str,
        *,
        forever: bool | None = None,
    ) -> None:
        """Delete a clip.
        """
        path = f"/v1/clips/{quote(str(clip_id), safe='')}"
        self._transport.nothing("DELETE", path, query={"forever": forever})

    def request_asset(
        self,
        project_id: str,
        body: models.NewAsset,
    ) -> models.ExpectedAsset:
        """Ask to upload an asset.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/assets"
        return cast('models.ExpectedAsset', self._transport.json("POST", path, body=body))

    def list_assets(
        self,
        project_id: str,
        *,
        deleted: bool | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.AssetPage:
        """List assets, in order of asking.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/assets"
        return cast('models.AssetPage', self._transport.json("GET", path, query={"deleted": deleted, "cursor": cursor, "limit": limit}))

    def renew_asset_upload(
        self,
        asset_id: str,
    ) -> models.ExpectedAsset:
        """Get a fresh upload.
        """
        path = f"/v1/assets/{quote(str(asset_id), safe='')}/upload"
        return cast('models.ExpectedAsset', self._transport.json("POST", path))

    def read_asset(
        self,
        asset_id: str,
    ) -> models.Asset:
        """Read an asset.
        """
        path = f"/v1/assets/{quote(str(asset_id), safe='')}"
        return cast('models.Asset', self._transport.json("GET", path))

    def delete_asset(
        self,
        asset_id: str,
        *,
        forever: bool | None = None,
    ) -> None:
        """Delete an asset.
        """
        path = f"/v1/assets/{quote(str(asset_id), safe='')}"
        self._transport.nothing("DELETE", path, query={"forever": forever})

    def restore_asset(
        self,
        project_id: str,
        asset_id: str,
    ) -> models.Asset:
        """Restore a deleted asset.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/assets/{quote(str(asset_id), safe='')}/restore"
        return cast('models.Asset', self._transport.json("POST", path))

    def list_presets(
        self,
        *,
        app: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.PresetPage:
        """List presets in the order they were made.
        """
        path = "/v1/presets"
        return cast('models.PresetPage', self._transport.json("GET", path, query={"app": app, "cursor": cursor, "limit": limit}))

    def create_preset(
        self,
        body: models.NewPreset,
    ) -> models.Preset:
        """Keep settings under a name.
        """
        path = "/v1/presets"
        return cast('models.Preset', self._transport.json("POST", path, body=body))

    def read_preset(
        self,
        preset_id: str,
    ) -> models.Preset:
        """Read a preset.
        """
        path = f"/v1/presets/{quote(str(preset_id), safe='')}"
        return cast('models.Preset', self._transport.json("GET", path))

    def change_preset(
        self,
        preset_id: str,
        body: models.PresetChange,
    ) -> models.Preset:
        """Change a preset's name and settings.
        """
        path = f"/v1/presets/{quote(str(preset_id), safe='')}"
        return cast('models.Preset', self._transport.json("PUT", path, body=body))

    def delete_preset(
        self,
        preset_id: str,
    ) -> None:
        """Delete a preset.
        """
        path = f"/v1/presets/{quote(str(preset_id), safe='')}"
        self._transport.nothing("DELETE", path)

    def preview_plan(
        self,
        project_id: str,
        body: models.Order,
        *,
        first: int | None = None,
    ) -> models.PlanPreview:
        """See the first videos of an order before placing it.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/plan"
        return cast('models.PlanPreview', self._transport.json("POST", path, body=body, query={"first": first}))

    def create_preview(
        self,
        project_id: str,
        body: models.Order,
        *,
        idempotency_key: str,
    ) -> models.Generation:
        """Have the first video of an order made as a draft.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/previews"
        return cast('models.Generation', self._transport.json("POST", path, body=body, header={"Idempotency-Key": idempotency_key}))

    def quote(
        self,
        project_id: str,
        body: models.Order,
    ) -> models.Quote:
        """Ask what is possible and what it costs.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/quote"
        return cast('models.Quote', self._transport.json("POST", path, body=body))

    def create_generation(
        self,
        project_id: str,
        body: models.Order,
        *,
        idempotency_key: str,
    ) -> models.Generation:
        """Order a generation.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/generations"
        return cast('models.Generation', self._transport.json("POST", path, body=body, header={"Idempotency-Key": idempotency_key}))

    def list_generations(
        self,
        project_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.GenerationPage:
        """List generations, newest first.
        """
        path = f"/v1/projects/{quote(str(project_id), safe='')}/generations"
        return cast('models.GenerationPage', self._transport.json("GET", path, query={"cursor": cursor, "limit": limit}))

    def read_generation(
        self,
        generation_id: str,
        *,
        after_seq: int | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        if_none_match: str | None = None,
    ) -> models.Progress:
        """Watch a generation.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}"
        return cast('models.Progress', self._transport.json("GET", path, query={"after_seq": after_seq, "cursor": cursor, "limit": limit}, header={"If-None-Match": if_none_match}))

    def cancel_generation(
        self,
        generation_id: str,
    ) -> models.Generation:
        """End a generation.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/cancel"
        return cast('models.Generation', self._transport.json("POST", path))

    def list_outputs(
        self,
        generation_id: str,
        *,
        state: list[models.OutputState] | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.OutputPage:
        """List outputs by number.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/outputs"
        return cast('models.OutputPage', self._transport.json("GET", path, query={"state": state, "cursor": cursor, "limit": limit}))

    def link_output(
        self,
        generation_id: str,
        n: int,
    ) -> models.Link:
        """Get a link to a finished output.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/outputs/{quote(str(n), safe='')}/link"
        return cast('models.Link', self._transport.json("GET", path))

    def restore_output(
        self,
        generation_id: str,
        n: int,
    ) -> models.Output:
        """Have a lost output made again.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/outputs/{quote(str(n), safe='')}/restore"
        return cast('models.Output', self._transport.json("POST", path))

    def list_all_generations(
        self,
        *,
        state: list[models.GenerationState] | None = None,
        project_id: str | None = None,
        app: str | None = None,
        since: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.ListedGenerationPage:
        """List the generations of all projects, newest first.
        """
        path = "/v1/generations"
        return cast('models.ListedGenerationPage', self._transport.json("GET", path, query={"state": state, "project_id": project_id, "app": app, "since": since, "cursor": cursor, "limit": limit}))

    def link_outputs(
        self,
        generation_id: str,
        body: models.WantedLinks,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.Links:
        """Get links to many outputs.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/links"
        return cast('models.Links', self._transport.json("POST", path, body=body, query={"cursor": cursor, "limit": limit}))

    def retry_generation(
        self,
        generation_id: str,
        *,
        idempotency_key: str,
    ) -> models.Generation:
        """Order again what was not made.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/retry"
        return cast('models.Generation', self._transport.json("POST", path, header={"Idempotency-Key": idempotency_key}))

    def read_settings(
        self,
        generation_id: str,
        *,
        more: int | None = None,
    ) -> models.Settings:
        """Get an order's settings to use again.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/settings"
        return cast('models.Settings', self._transport.json("GET", path, query={"more": more}))

    def read_retention(
        self,
        generation_id: str,
    ) -> models.Retention:
        """Ask how long the outputs are kept.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/retention"
        return cast('models.Retention', self._transport.json("GET", path))

    def extend_retention(
        self,
        generation_id: str,
        body: models.Keep,
    ) -> models.Retention:
        """Keep the outputs longer.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/retention"
        return cast('models.Retention', self._transport.json("PATCH", path, body=body))

    def read_manifest(
        self,
        generation_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.Manifest:
        """Get the manifest of a generation.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/manifest"
        return cast('models.Manifest', self._transport.json("GET", path, query={"cursor": cursor, "limit": limit}))

    def read_manifest_table(
        self,
        generation_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> str:
        """Get the manifest as a table.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/manifest.csv"
        return (self._transport.text("GET", path, query={"cursor": cursor, "limit": limit}))

    def read_distinctness(
        self,
        generation_id: str,
    ) -> models.Distinctness:
        """Ask how unlike each other the videos are.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/distinctness"
        return cast('models.Distinctness', self._transport.json("GET", path))

    def create_bundle(
        self,
        generation_id: str,
        body: models.NewBundle,
        *,
        idempotency_key: str,
    ) -> models.Bundle:
        """Have videos bundled.
        """
        path = f"/v1/generations/{quote(str(generation_id), safe='')}/bundles"
        return cast('models.Bundle', self._transport.json("POST", path, body=body, header={"Idempotency-Key": idempotency_key}))

    def list_bundles(
        self,
        *,
        generation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.BundlePage:
        """List bundles, newest first.
        """
        path = "/v1/bundles"
        return cast('models.BundlePage', self._transport.json("GET", path, query={"generation_id": generation_id, "cursor": cursor, "limit": limit}))

    def read_bundle(
        self,
        bundle_id: str,
    ) -> models.Bundle:
        """Watch a bundle.
        """
        path = f"/v1/bundles/{quote(str(bundle_id), safe='')}"
        return cast('models.Bundle', self._transport.json("GET", path))

    def delete_bundle(
        self,
        bundle_id: str,
    ) -> None:
        """Delete a bundle.
        """
        path = f"/v1/bundles/{quote(str(bundle_id), safe='')}"
        self._transport.nothing("DELETE", path)

    def read_wallet(
        self,
    ) -> models.Wallet:
        """Read the balance.
        """
        path = "/v1/wallet"
        return cast('models.Wallet', self._transport.json("GET", path))

    def list_entries(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.EntryPage:
        """List entries, newest first.
        """
        path = "/v1/wallet/entries"
        return cast('models.EntryPage', self._transport.json("GET", path, query={"cursor": cursor, "limit": limit}))

    def list_apps(
        self,
        *,
        if_none_match: str | None = None,
    ) -> models.AppPage:
        """List apps.
        """
        path = "/v1/apps"
        return cast('models.AppPage', self._transport.json("GET", path, header={"If-None-Match": if_none_match}))

    def read_limits(
        self,
        *,
        if_none_match: str | None = None,
    ) -> models.Limits:
        """Read the limits.
        """
        path = "/v1/limits"
        return cast('models.Limits', self._transport.json("GET", path, header={"If-None-Match": if_none_match}))

    def read_audit(
        self,
        *,
        user_id: str | None = None,
        action: models.Action | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.EventPage:
        """Read the audit log.
        """
        path = "/v1/admin/audit"
        return cast('models.EventPage', self._transport.json("GET", path, query={"user_id": user_id, "action": action, "cursor": cursor, "limit": limit}))

    def change_role(
        self,
        user_id: str,
        body: models.RoleChange,
    ) -> models.User:
        """Change somebody's role.
        """
        path = f"/v1/admin/users/{quote(str(user_id), safe='')}/role"
        return cast('models.User', self._transport.json("PUT", path, body=body))

    def disable_account(
        self,
        user_id: str,
        body: models.Disabling,
    ) -> None:
        """Disable an account, or enable it.
        """
        path = f"/v1/admin/users/{quote(str(user_id), safe='')}/disabled"
        self._transport.nothing("PUT", path, body=body)

    def healthz(
        self,
    ) -> models.Health:
        """Is the process alive.
        """
        path = "/healthz"
        return cast('models.Health', self._transport.json("GET", path))

    def readyz(
        self,
    ) -> models.Health:
        """Can it serve.
        """
        path = "/readyz"
        return cast('models.Health', self._transport.json("GET", path))
