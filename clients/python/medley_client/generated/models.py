"""The API's schemas as types. Written by `make docs` from the OpenAPI document; edit neither."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class App(TypedDict):
    """An app, and what can be asked of it. `color` and `order` are of its card; `flags` are `beta` or `soon`;
    `unavailable` says why it cannot be used at the moment.
    """
    id: str
    name: str
    description: str
    icon: str
    version: str
    order: int
    color: str
    flags: list[str]
    features: list[str]
    unavailable: Reason | None
    spec_schema: dict[str, Any] | None


class ArrivedPart(TypedDict):
    """A part that the bucket has.
    """
    number: int
    size_bytes: int
    etag: str


class ArrivedParts(TypedDict):
    """A page of the parts that the bucket has, by number: what need not be sent again.
    """
    items: list[ArrivedPart]
    next: str | None
    part_bytes: int
    parts_total: int


class Asset(TypedDict):
    id: str
    project_id: str
    kind: AssetKind
    name: str
    content_type: str
    size_bytes: int
    state: UploadState
    created_at: str
    sound: Sound | None
    image: Image | None
    reason: Reason | None
    restorable_until: str | None
    url: str | None


class Bundle(TypedDict):
    """Videos of a generation as zip archives, `volumes`: one, or several where there is more than one may hold.
    `seq` rises by one with each change.
    """
    id: str
    generation_id: str
    state: BundleState
    seq: int
    naming: str
    bytes_done: int
    bytes_total: int
    volumes: list[Volume]
    missing: list[Missing]
    reason: Reason | None
    created_at: str
    deadline: str
    ended_at: str | None
    expires_at: str | None


class ChangeEmail(TypedDict):
    email: str
    password: str


class ChangePassword(TypedDict):
    password: str
    new_password: str


class Clip(TypedDict):
    id: str
    project_id: str
    name: str
    content_type: str
    size_bytes: int
    state: UploadState
    part_bytes: int | None
    position: int
    created_at: str
    facts: Facts | None
    warnings: list[Warning]
    reason: Reason | None
    duplicate_of: str | None
    restorable_until: str | None
    poster_url: str | None
    filmstrip_url: str | None
    waveform_url: str | None
    play_url: str | None


class ClipsToAssign(TypedDict):
    clip_ids: list[str]
    position: NotRequired[int | None]


class ClipsToDelete(TypedDict):
    clip_ids: list[str]
    forever: NotRequired[bool]


class CompleteReset(TypedDict):
    token: str
    password: str


class CompleteSignUp(TypedDict):
    token: str
    password: str
    name: str
    language: NotRequired[Language]


class Device(TypedDict):
    """What the browser, or program, says it is.
    """
    name: str
    platform: str
    first_seen_at: str


class Disabling(TypedDict):
    disabled: bool


class Distance(TypedDict):
    """Bits (of 256) by which pictures at the same second differ, on average: of the nearest pair of videos, and
    of all pairs. Unrelated pictures differ by about 128, one picture twice by 31 at most.
    """
    pair: list[Any]
    bits: float
    average_bits: float


class Distinctness(TypedDict):
    """How unlike each other the videos are: how different the edits are, no more.
    """
    videos: int
    pairs: int
    footage: Likeness
    source: Likeness
    in_order: Likeness
    openings: Openings
    pictures: Pictures | None
    notes: list[Sentence]


class Entry(TypedDict):
    """One operation; its changes add up to zero with what came from or went outside.
    """
    seq: int
    kind: EntryKind
    d_available: int
    d_reserved: int
    d_spent: int
    balance: int
    generation_id: str | None
    note: Sentence | None
    created_at: str


class ErrorBody(TypedDict):
    """The body of every answer of 400 and up.
    """
    error: ErrorDetail


class ErrorDetail(TypedDict):
    code: ErrorCode
    message: str
    http_status: int
    metadata: dict[str, Any]
    timestamp: str
    request_id: str


class Eta(TypedDict):
    """When a generation may be done: between the two.
    """
    earliest: str
    latest: str


class Event(TypedDict):
    """An act that matters to the safety of an account.
    """
    id: int
    at: str
    action: Action
    user_id: str | None
    actor_id: str | None
    network: str
    detail: dict[str, Any]


class ExpectedAsset(TypedDict):
    """An asset that is awaited, and the request that sends it.
    """
    asset: Asset
    upload: SingleUpload


class ExpectedClip(TypedDict):
    """A clip that is awaited, and how to send it.
    """
    clip: Clip
    upload: SingleUpload | MultipartUpload


class ExportList(TypedDict):
    """All exports that are being made or can be fetched.
    """
    items: list[Export]


class Export(TypedDict):
    """An archive of all that is kept about a person: a file of JSON lines for each kind of thing, and the files
    of clips, assets and videos. What is not in it, `missing.txt` in it names, and says why.
    """
    id: str
    created_at: str
    size_bytes: int | None
    expires_at: str | None
    url: str | None


class Facts(TypedDict):
    """What was found in a clip. Width and height are of the upright picture in square pixels.
    """
    duration_s: float
    width: int
    height: int
    fps: float
    has_audio: bool


class Generation(TypedDict):
    """One order. `seq` rises by one with each change; progress is `work_done` of `work_total`, which is 0 until
    it is `planned`, a moment after it was ordered.
    """
    id: str
    project_id: str
    app: str
    app_version: str
    spec: dict[str, Any]
    seed: int
    state: GenerationState
    seq: int
    planned: bool
    work_done: int
    work_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int
    lines: list[PriceLine]
    price: int
    charged: int
    reason: Reason | None
    created_at: str
    started_at: str | None
    eta: Eta | None
    deadline: str
    finished_at: str | None
    retry_of: str | None
    preview: bool


class GroupChange(TypedDict):
    name: str
    color: NotRequired[str | None]
    clip_ids: list[str]
    position: NotRequired[int | None]
    version: int


class Group(TypedDict):
    id: str
    project_id: str
    name: str
    color: str | None
    position: int
    clip_ids: list[str]
    version: int


class Health(TypedDict):
    status: str
    version: str


class Image(TypedDict):
    """What was found in an image: its size upright, in pixels, and whether parts of it may be see-through.
    """
    width: int
    height: int
    alpha: bool


class Keep(TypedDict):
    days: int


class Likeness(TypedDict):
    """Over all pairs, in per cent of the shorter of the two; `pair` are the most alike, null if there is no
    pair.
    """
    pair: list[Any] | None
    most_percent: float
    average_percent: float
    pairs_over_half: int


class Limits(TypedDict):
    """What is possible, at most: the numbers a page needs before it asks.
    """
    request_body_bytes: int
    page_items: int
    name_characters: int
    file_name_characters: int
    email_characters: int
    password_characters_min: int
    password_characters_max: int
    idempotency_key_characters: int
    idempotency_key_s: int
    requests_per_minute: dict[str, int]
    sign_in_failures: int
    mail_link_s: int
    link_tries: int
    mails_per_address: int
    addresses_per_user: int
    sessions_per_user: int
    exports_per_day: int
    export_bytes: int
    export_days: int
    projects_per_user: int
    clips_per_project: int
    groups_per_project: int
    assets_per_project: int
    upload_bytes: int
    single_upload_bytes: int
    parts_max: int
    parts_signed: int
    upload_expected_s: int
    stored_bytes: int
    restore_s: int
    link_window_s: int
    upload_url_s: int
    download_url_s: int
    asset_audio_bytes: int
    asset_image_bytes: int
    clip_duration_s: int
    clip_fps: int
    clip_width_px: int
    clip_pixels: int
    clip_aspect: int
    clip_frames_min: int
    clip_streams: int
    asset_audio_duration_s: int
    asset_image_px: int
    asset_image_pixels: int
    outputs_per_generation: int
    clips_per_output: int
    segments_per_output: int
    output_duration_s: int
    caption_characters: int
    plan_pieces: int
    open_generations_per_user: int
    orders_per_hour: int
    output_days: int
    output_days_max: int
    previewed_videos: int
    previews_per_day: int
    preview_days: int
    presets_per_user: int
    preset_bytes: int
    plan_days: int
    generation_deadline_s: int
    bundle_volume_bytes: int
    bundles_making_per_user: int
    bundles_kept_per_user: int
    bundle_days: int
    naming_characters: int
    sockets_per_user: int
    socket_ticket_s: int
    socket_s: int
    access_token_s: int
    refresh_token_s: int


class LinkSent(TypedDict):
    """A mail with a link is on its way, if the address is one that gets it.
    """
    email: str
    expires_in_s: int


class Link(TypedDict):
    """A link that saves the video under `file_name`; whoever has it may open it, until it expires.
    """
    url: str
    file_name: str
    expires_at: str


class Links(TypedDict):
    """A page of links by number. Ask again with `cursor=<next>` until `next` is null.
    """
    items: list[OutputLink]
    missing: list[NoLink]
    next: str | None


class ListedGeneration(TypedDict):
    """A generation and the project it was ordered in.
    """
    id: str
    project_id: str
    app: str
    app_version: str
    spec: dict[str, Any]
    seed: int
    state: GenerationState
    seq: int
    planned: bool
    work_done: int
    work_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int
    lines: list[PriceLine]
    price: int
    charged: int
    reason: Reason | None
    created_at: str
    started_at: str | None
    eta: Eta | None
    deadline: str
    finished_at: str | None
    retry_of: str | None
    preview: bool
    project_name: str
    project_deleted: bool
    poster_urls: list[str]


class ListedProject(TypedDict):
    """A project and what is seen of it from outside.
    """
    id: str
    app: str
    name: str
    created_at: str
    archived_at: str | None
    restorable_until: str | None
    clips: int
    poster_urls: list[str]


class MailAddress(TypedDict):
    email: str


class ManifestOutput(TypedDict):
    n: int
    title: str
    state: str
    file: str | None
    frames: int
    duration_s: float
    size_bytes: int | None
    samples: int | None
    sha256: str | None
    reason: Reason | None
    shots: list[Shot]
    segments: list[SegmentUse]


class Manifest(TypedDict):
    """Everything it takes to know what a generation's videos are made of.
    """
    generation_id: str
    app: str
    app_version: str
    format: int
    versions: Versions
    seed: int
    spec: dict[str, Any]
    clips: list[NamedClip]
    outputs: list[ManifestOutput]
    pairs: list[PairTable]
    prints: dict[str, list[str]]
    next: str | None


class Missing(TypedDict):
    """A video that is not in its archive.
    """
    n: int
    file: str
    code: str


class MultipartUpload(TypedDict):
    """The file goes in parts of `part_bytes` each (the last may be shorter), in any order, then `complete`.
    """
    kind: NotRequired[Literal['multipart']]
    part_bytes: int
    parts_total: int
    parts: list[PartRequest]


class NamedClip(TypedDict):
    clip_id: str
    name: str
    sha256: str | None


class NewAsset(TypedDict):
    kind: AssetKind
    name: str
    size_bytes: int
    content_type: str


class NewBundle(TypedDict):
    """Which videos, and how their files are named.
    """
    outputs: NotRequired[list[int] | None]
    naming: NotRequired[str]


class NewClip(TypedDict):
    name: str
    size_bytes: int
    content_type: str


class NewGroup(TypedDict):
    name: str
    color: NotRequired[str | None]
    clip_ids: NotRequired[list[str]]


class NewPreset(TypedDict):
    name: str
    spec: VideoMixerSpec
    app: str


class NewProject(TypedDict):
    app: str
    name: str


class NoLink(TypedDict):
    """An output there is no link to, and why: `unknown_output`, `not_made`, `expired` or `gone`.
    """
    n: int
    reason: Reason


class Openings(TypedDict):
    """The first `frames` frames: `distinct` different ones, `most` videos with the commonest, `shared` videos
    whose opening another has too.
    """
    frames: int
    distinct: int
    most: int
    shared: int


class OptionEffect(TypedDict):
    """By how much an option multiplies the different videos possible, and the encoding; and the same as a
    sentence.
    """
    code: str
    message: str
    parameters: dict[str, Any]
    option: str
    capacity_factor: str
    encode_factor: str


class Order(TypedDict):
    """What to make; the fields of `spec` are those of the project's app, see `GET /v1/apps`.
    """
    spec: VideoMixerSpec


class OutputLink(TypedDict):
    """A link that saves output `n` under `file_name`; whoever has it may open it, until it expires.
    """
    n: int
    url: str
    file_name: str
    expires_at: str


class Output(TypedDict):
    """One output of a generation; `seq` is the generation's when it last changed. `work` is its size in the
    app's unit (of videos: frames); `size_bytes` and `sha256` are of its main part.
    """
    n: int
    title: str
    state: OutputState
    seq: int
    file_name: str
    media_type: str
    work: int
    progress: float | None
    price: int
    duration_s: float | None
    width: int | None
    height: int | None
    fps: float | None
    size_bytes: int | None
    sha256: str | None
    parts: list[Part]
    reason: Reason | None
    poster_url: str | None
    settled_at: str | None
    expires_at: str | None
    gone_at: str | None


class AppPage(TypedDict):
    items: list[App]
    next: str | None


class AssetPage(TypedDict):
    items: list[Asset]
    next: str | None


class BundlePage(TypedDict):
    items: list[Bundle]
    next: str | None


class ClipPage(TypedDict):
    items: list[Clip]
    next: str | None


class EntryPage(TypedDict):
    items: list[Entry]
    next: str | None


class EventPage(TypedDict):
    items: list[Event]
    next: str | None


class GenerationPage(TypedDict):
    items: list[Generation]
    next: str | None


class GroupPage(TypedDict):
    items: list[Group]
    next: str | None


class ListedGenerationPage(TypedDict):
    items: list[ListedGeneration]
    next: str | None


class ListedProjectPage(TypedDict):
    items: list[ListedProject]
    next: str | None


class OutputPage(TypedDict):
    items: list[Output]
    next: str | None


class PresetPage(TypedDict):
    items: list[Preset]
    next: str | None


class PairTable(TypedDict):
    """In how many videos a clip of `rows`, of the first group, is seen with one of `columns`, of the second.
    """
    groups: list[Any]
    rows: list[str]
    columns: list[str]
    videos: list[list[int]]


class PartRequest(TypedDict):
    """The request of one part; keep the `ETag` header of its answer.
    """
    number: int
    size_bytes: int
    request: Request


class Part(TypedDict):
    """One object of an output; `facts` are the app's own.
    """
    role: str
    media_type: str
    size_bytes: int | None
    sha256: str | None
    facts: dict[str, Any]


class Passage(TypedDict):
    kind: str
    frames: int


class PasswordProof(TypedDict):
    password: str


class Pictures(TypedDict):
    """By what is seen, read from the prints of the segments; `covered_percent` of all seconds have one.
    """
    covered_percent: float
    in_order: Likeness
    any_order: Likeness
    distance: Distance | None


class Place(TypedDict):
    """Where it signed in from, as far as is known.
    """
    network: str
    country: str | None


class PlanPreview(TypedDict):
    """The first videos of `count`. Order with this `seed` in the spec and these are made, as long as the clips
    and the groups of the project stay as they are.
    """
    seed: int
    count: int
    width: int
    height: int
    fps: float
    previews_left: int
    videos: list[PreviewedVideo]


class PresetChange(TypedDict):
    """A name, and the settings that go by it: of a spec, those that are given, `preset_bytes` of `GET
    /v1/limits` at most as JSON.
    """
    name: str
    spec: VideoMixerSpec


class Preset(TypedDict):
    """Settings of an app by name; use them as the `spec` of a quote or an order.
    """
    id: str
    app: str
    name: str
    spec: dict[str, Any]
    created_at: str
    changed_at: str


class PreviewedVideo(TypedDict):
    """Output `n` of the order, as its manifest will tell of it. A shot plays `duration_s` seconds of the
    video's time, from `start_s` of its clip on, at `speed`; it begins at `at_s` of the video.
    """
    n: int
    title: str
    frames: int
    duration_s: float
    shots: list[Shot]


class PriceLine(TypedDict):
    """`unit_price` credits for each of `quantity` outputs. `code` is the label's too, which is made of
    `parameters`.
    """
    code: str
    label: str
    parameters: dict[str, Any]
    unit_price: int
    quantity: int
    price: int


class ProfileChanges(TypedDict):
    name: NotRequired[str | None]
    language: NotRequired[Language | None]
    theme: NotRequired[Theme | None]
    mail_on_end: NotRequired[bool | None]


class Progress(TypedDict):
    """A generation, and a page of its outputs that changed after `after_seq`, in the order they did.
    """
    generation: Generation
    queued_before: int | None
    outputs: list[Output]
    next: str | None


class ProjectChange(TypedDict):
    """What is null or left out stays as it is.
    """
    name: NotRequired[str | None]
    archived: NotRequired[bool | None]


class ProjectCopy(TypedDict):
    name: NotRequired[str | None]


class Project(TypedDict):
    id: str
    app: str
    name: str
    created_at: str
    archived_at: str | None
    restorable_until: str | None


class Quote(TypedDict):
    """What is possible and what it costs.
    """
    count: int
    capacity: str | None
    binding: Sentence
    price: int
    lines: list[PriceLine]
    work: int
    size: int
    pieces: int
    work_s: float
    effects: list[OptionEffect]
    notes: list[Sentence]
    pairs: list[PairTable]


class Reason(TypedDict):
    """Why something could not be done.
    """
    code: str
    message: str
    parameters: dict[str, Any]


class Request(TypedDict):
    """A request to send to the bucket, not to this API: with these headers, byte for byte, and the file as its
    body. A browser sets `content-length` by itself. The URL expires. It replaces nothing: if the bucket answers
    412, the file has arrived before.
    """
    method: str
    url: str
    headers: dict[str, str]


class Retention(TypedDict):
    """How long outputs are kept: `days` since each was made, so the made ones from `first_expires_at` to
    `last_expires_at`.
    """
    days: int | None
    days_max: int
    outputs_kept: int
    outputs_deleted: int
    first_expires_at: str | None
    last_expires_at: str | None


class RoleChange(TypedDict):
    role: Role


class SegmentUse(TypedDict):
    """The first `frames` frames of a segment, as the video joins them.
    """
    digest: str
    frames: int


class SentPart(TypedDict):
    number: int
    etag: str


class SentParts(TypedDict):
    parts: list[SentPart]


class Sentence(TypedDict):
    """What is said to a person: an English sentence, and what it was made of, so that it can be said in any
    language. The template with this `code` (docs/SENTENCES.md), filled with `parameters`, is `message`. A
    parameter is a text, a whole number, another sentence or a list of these; numbers with decimals, and very
    large ones, are texts.
    """
    code: str
    message: str
    parameters: dict[str, Any]


class SessionList(TypedDict):
    """All sessions of one person.
    """
    items: list[SignedInDevice]


class Session(TypedDict):
    """An access token and whose it is. The refresh token is in a cookie that scripts cannot read.
    """
    access_token: str
    expires_in_s: int
    user: User


class Settings(TypedDict):
    """A spec to quote, preview or order in a project, which may be deleted by now: then use it in another.
    """
    project_id: str
    app: str
    spec: dict[str, Any]


class Shot(TypedDict):
    """A clip as it stands in a video. `at_*` counts in the video, `start_*` in the clip; both in frames of the
    video's rate and in seconds. `transition` is how it passes into the next: both are seen while it lasts.
    """
    clip_id: str
    name: str
    at_frame: int
    at_s: float
    start_frame: int
    start_s: float
    frames: int
    duration_s: float
    speed: str
    look: str
    transition: Passage | None
    group: str | None
    caption: str | None


class SignIn(TypedDict):
    email: str
    password: str


class SignUp(TypedDict):
    email: str
    language: NotRequired[Language]


class SignedInDevice(TypedDict):
    """A session that is signed in.
    """
    id: str
    current: bool
    device: Device
    place: Place
    signed_in_at: str
    last_seen_at: str


class SignedParts(TypedDict):
    part_bytes: int
    parts: list[PartRequest]


class SingleUpload(TypedDict):
    """The file goes in one request.
    """
    kind: NotRequired[Literal['single']]
    request: Request


class SomeClips(TypedDict):
    clip_ids: list[str]


class Sound(TypedDict):
    """What was found in an audio file.
    """
    duration_s: float
    sample_rate: int
    channels: int


class Ticket(TypedDict):
    """Open `<url>?ticket=<ticket>` within `expires_in_s` seconds.
    """
    ticket: str
    url: str
    expires_in_s: int


class Token(TypedDict):
    token: str


class Usage(TypedDict):
    stored_bytes: int
    stored_bytes_limit: int
    projects: int
    projects_limit: int


class User(TypedDict):
    id: str
    email: str
    email_verified: bool
    name: str
    role: Role
    language: Language
    theme: Theme
    mail_on_end: bool
    created_at: str


class Versions(TypedDict):
    """Of what planned and encoded; null where it is not known.
    """
    engine: int | None
    planner: int | None
    ffmpeg: str | None


class Volume(TypedDict):
    """One archive of a bundle: a zip that stands by itself, with the manifest of what is in it.
    """
    n: int
    state: VolumeState
    outputs: list[int]
    bytes_done: int
    bytes_total: int
    file_name: str
    size_bytes: int | None
    url: str | None


class Wallet(TypedDict):
    """Credits: to spend, reserved for running generations, and the totals of a lifetime.
    """
    available: int
    reserved: int
    earned: int
    spent: int


class WantedLinks(TypedDict):
    """Which outputs: those with these numbers, or all that were made if there are none.
    """
    outputs: NotRequired[list[int] | None]


class WantedParts(TypedDict):
    numbers: list[int]


class Warning(TypedDict):
    """What of a clip will not be seen or heard as it is in the file.
    """
    code: str
    message: str
    parameters: dict[str, Any]


class VideoMixerCaptionStyle(TypedDict):
    """How captions look.
    """
    anchor: NotRequired[Literal['top_left', 'top', 'top_right', 'left', 'center', 'right', 'bottom_left', 'bottom', 'bottom_right']]
    size_percent: NotRequired[int]


class VideoMixerGroupOptions(TypedDict):
    """What is special about one group, by its id, which stays when it is renamed, or by its name.
    """
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    clips: NotRequired[int]
    volume_percent: NotRequired[int]
    caption: NotRequired[str]


class VideoMixerMusicOptions(TypedDict):
    """Music under the clips.
    """
    asset: str
    volume_percent: NotRequired[int]
    loop: NotRequired[bool]
    fade_in_s: NotRequired[float]
    fade_out_s: NotRequired[float]
    duck: NotRequired[bool]


class VideoMixerVoiceOptions(TypedDict):
    """A voice-over from the first frame on.
    """
    asset: str
    volume_percent: NotRequired[int]


class VideoMixerWatermarkOptions(TypedDict):
    """An image over every video.
    """
    asset: str
    anchor: NotRequired[Literal['top_left', 'top', 'top_right', 'left', 'center', 'right', 'bottom_left', 'bottom', 'bottom_right']]
    width_percent: NotRequired[int]
    opacity_percent: NotRequired[int]


class VideoMixerSpec(TypedDict):
    """One order of mixed videos.
    """
    count: NotRequired[int]
    mode: NotRequired[Literal['automatic', 'groups']]
    clips_per_video: NotRequired[int | None]
    order: NotRequired[Literal['shuffled', 'fixed']]
    first_clip: NotRequired[str | None]
    last_clip: NotRequired[str | None]
    never_adjacent: NotRequired[list[list[str]]]
    groups: NotRequired[list[VideoMixerGroupOptions]]
    vary_opening: NotRequired[bool]
    choose: NotRequired[Literal['spread', 'random']]
    speeds: NotRequired[list[str]]
    looks: NotRequired[list[Literal['none', 'mirror', 'zoom_103', 'zoom_106', 'warm', 'cool', 'mono']]]
    trim: NotRequired[Literal['none', 'head', 'middle', 'tail', 'spread']]
    window_s: NotRequired[float | None]
    windows: NotRequired[int]
    duration_s: NotRequired[float | None]
    share: NotRequired[Literal['equal', 'proportional', 'smart']]
    aspect: NotRequired[Literal['16:9', '9:16', '1:1', '4:5', '4:3', '3:4', '2:3']]
    resolution: NotRequired[Literal[480, 720, 1080, 1440, 2160]]
    fps: NotRequired[Literal[15, 24, 25, 30, 48, 50, 60, 120, '23.976', '29.97', '59.94']]
    fit: NotRequired[Literal['crop', 'pad', 'blur', 'smart']]
    transition: NotRequired[Literal['cut', 'fade', 'dissolve', 'wipe', 'slide']]
    transition_frames: NotRequired[int]
    watermark: NotRequired[VideoMixerWatermarkOptions | None]
    caption: NotRequired[str]
    caption_style: NotRequired[VideoMixerCaptionStyle]
    audio: NotRequired[Literal['keep', 'mute']]
    audio_track: NotRequired[Literal['default', 'mix', 1, 2, 3, 4, 5, 6]]
    level_clips: NotRequired[bool]
    music: NotRequired[VideoMixerMusicOptions | None]
    voice: NotRequired[VideoMixerVoiceOptions | None]
    loudness_lufs: NotRequired[int | None]
    codec: NotRequired[Literal['h264', 'hevc', 'av1']]
    container: NotRequired[Literal['mp4', 'mov']]
    quality: NotRequired[Literal['draft', 'standard', 'high']]
    max_kbps: NotRequired[int | None]
    full_check: NotRequired[bool]
    seed: NotRequired[int | None]
    skip: NotRequired[int]
    title: NotRequired[str]
    artist: NotRequired[str]
    comment: NotRequired[str]


class ClipChanged(TypedDict):
    """A clip became ready or was rejected.
    """
    trace_id: NotRequired[str | None]
    type: Literal['clip_changed']
    project_id: str
    clip_id: str
    state: str
    code: str | None


class AssetChanged(TypedDict):
    """Music, a voice-over or an image became ready or was rejected.
    """
    trace_id: NotRequired[str | None]
    type: Literal['asset_changed']
    project_id: str
    asset_id: str
    state: str
    code: str | None


class GenerationChanged(TypedDict):
    """A generation moved. `seq` rises by one with each change: after a gap, refetch. A push was lost, or stands
    for several changes.
    """
    trace_id: NotRequired[str | None]
    type: Literal['generation_changed']
    generation_id: str
    seq: int
    state: str
    work_done: int
    work_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int


class WalletChanged(TypedDict):
    """The balance moved.
    """
    trace_id: NotRequired[str | None]
    type: Literal['wallet_changed']
    available: int
    reserved: int


class BundleChanged(TypedDict):
    """A bundle moved; the bytes are those of its videos. `seq` as of a generation.
    """
    trace_id: NotRequired[str | None]
    type: Literal['bundle_changed']
    bundle_id: str
    generation_id: str
    seq: int
    state: str
    bytes_done: int
    bytes_total: int


class SocketClosing(TypedDict):
    """The last thing a socket hears before the server closes it. `session_ended`: the person signed out, here
    or from elsewhere. `replaced`: newer sockets of the same person took its place; ask from time to time
    instead.
    """
    trace_id: NotRequired[str | None]
    type: Literal['socket_closing']
    reason: Literal['session_ended', 'replaced']

Action: TypeAlias = "Literal['signed_up', 'signed_in', 'signed_out', 'wrong_password', 'sessions_ended', 'token_reused', 'password_changed', 'password_reset', 'email_change_asked', 'email_changed', 'export_asked', 'account_deleted', 'account_disabled', 'account_enabled', 'role_changed', 'audit_read', 'not_found']"

AssetKind: TypeAlias = "Literal['audio', 'image']"

BundleState: TypeAlias = "Literal['making', 'ready', 'failed', 'deleted']"

EntryKind: TypeAlias = "Literal['purchase', 'bonus', 'subscription', 'reserve', 'capture', 'release', 'expire', 'refund', 'adjust']"

GenerationState: TypeAlias = "Literal['running', 'succeeded', 'partial', 'failed', 'cancelled']"

Language: TypeAlias = "Literal['en', 'id', 'zh']"

OutputState: TypeAlias = "Literal['planned', 'made', 'failed', 'cancelled']"

Role: TypeAlias = "Literal['user', 'admin', 'super_admin']"

Shelf: TypeAlias = "Literal['open', 'archived', 'deleted']"

Theme: TypeAlias = "Literal['system', 'light', 'dark']"

UploadState: TypeAlias = "Literal['expected', 'ready', 'rejected', 'deleted']"

VolumeState: TypeAlias = "Literal['sent', 'finished', 'failed', 'cancelled']"

ErrorCode: TypeAlias = "Literal['already_ended', 'already_retried', 'already_uploaded', 'answer_too_large', 'app_unavailable', 'asset_not_in_project', 'clip_not_in_project', 'clip_too_short', 'database_unavailable', 'direct_request', 'duplicate_clips', 'empty_file', 'empty_group', 'expired', 'file_too_large', 'foreign_origin', 'gone', 'group_changed', 'group_name_taken', 'group_named_twice', 'group_not_in_project', 'headers_too_large', 'idempotency_key_required', 'idempotency_key_reused', 'in_progress', 'internal', 'invalid_cursor', 'invalid_idempotency_key', 'invalid_input', 'invalid_json', 'invalid_link', 'invalid_name', 'invalid_naming', 'invalid_spec', 'invalid_token', 'is_preview', 'kept_longer', 'length_too_short', 'library_changed', 'malformed_request', 'method_not_allowed', 'never_adjacent_impossible', 'no_clips', 'no_groups', 'no_more', 'no_preview', 'no_such_report', 'not_audio', 'not_enough_credits', 'not_gone', 'not_image', 'not_made', 'not_multipart', 'not_planned', 'not_restorable', 'not_signed_in', 'not_video', 'nothing_made', 'nothing_to_retry', 'output_too_long', 'outputs_not_there', 'own_account', 'own_role', 'password_required', 'pin_outside_group', 'pins_clash', 'plan_expired', 'plan_too_large', 'preset_name_taken', 'preset_too_large', 'preview_too_far', 'refused', 'role_required', 'schema_behind', 'self_test_failed', 'session_ended', 'sets_overlap', 'socket_refused', 'still_running', 'storage_full', 'storage_unavailable', 'too_few_clips', 'too_large', 'too_little_footage', 'too_many_assets', 'too_many_attempts', 'too_many_bundles', 'too_many_clips', 'too_many_clips_per_video', 'too_many_exports', 'too_many_groups', 'too_many_open_generations', 'too_many_orders', 'too_many_outputs', 'too_many_presets', 'too_many_previews', 'too_many_projects', 'too_many_requests', 'too_many_segments', 'too_much_encoding', 'unavailable', 'unknown_app', 'unknown_asset', 'unknown_bundle', 'unknown_clip', 'unknown_clips', 'unknown_generation', 'unknown_group', 'unknown_output', 'unknown_parts', 'unknown_preset', 'unknown_project', 'unknown_route', 'unknown_session', 'unknown_user', 'unsupported_media_type', 'upload_gone', 'weak_password', 'wrong_credentials', 'wrong_parts', 'wrong_password']"
