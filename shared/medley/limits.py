"""Every limit, with its unit and its reason."""

from collections.abc import Mapping
from typing import Final

# Requests
REQUEST_BODY_BYTES: Final = 1_000_000  # JSON only; media never passes through the API
PAGE_ITEMS: Final = 100  # rows a list endpoint returns at most
PAGE_BYTES: Final = 1_000_000  # of settings, as JSON, after which a page ends early: a quarter of what an answer may be
NAME_CHARACTERS: Final = 120  # names of projects, groups and people: one line on a screen
FILE_NAME_CHARACTERS: Final = 255  # what common file systems allow
PASSWORD_CHARACTERS_MIN: Final = 8  # OWASP, with no composition rules
PASSWORD_CHARACTERS_MAX: Final = 128  # OWASP asks for at least 64; hashing stays bounded
EMAIL_CHARACTERS: Final = 254  # RFC 5321
IDEMPOTENCY_KEY_CHARACTERS: Final = 255  # as Stripe
FAULTS_MAX: Final = 50  # of what was sent that an answer tells
FIELD_CHARACTERS: Final = 80  # of a field's name in an answer: the longest of ours is half of it
MESSAGE_CHARACTERS: Final = 500  # of one sentence in an answer
VALUES_MAX: Final = 200  # items of a list in an answer's error
BODY_FIELDS: Final = 200  # of one object in a body: more than any of ours has, and few enough to name the wrong ones
CURSOR_CHARACTERS: Final = 200  # of the place where a page begins
REQUESTS_PER_MINUTE: Final[Mapping[str, int]] = {  # of one user, of each operation that computes for long
    "quote": 240,  # a form asks at each change, a few times a second at most
    "preview_plan": 240,  # likewise
    "read_manifest": 60,
    "read_manifest_table": 60,
    "read_distinctness": 20,  # compares every pair: seconds for a thousand videos
    "create_bundle": 30,
}
REQUESTS_WINDOW_S: Final = 60  # seconds in which they are counted

# Accounts
SIGN_IN_FAILURES: Final = 10  # wrong passwords per account, source address and window before 429
SIGN_IN_FAILURES_PER_ADDRESS: Final = 50  # per source address and window, whatever the account
SIGN_IN_FAILURES_PER_ACCOUNT: Final = 100  # per account and window, whatever the address; high, or it locks owners out
PROXY_SECRET_CHARACTERS: Final = 16  # at least, of what a proxy shows to be believed
SIGN_IN_WINDOW_S: Final = 60  # seconds
SIGN_UP_WINDOW_S: Final = 3_600  # seconds in which mails asked for from one network are counted
ACCESS_TOKEN_S: Final = 600  # seconds; a copied token is soon worth nothing, and the session is looked up anyway
REFRESH_TOKEN_S: Final = 30 * 86_400  # seconds; rotated at each use
REFRESH_GRACE_S: Final = 10  # seconds in which a second tab may present the token just rotated
EXPORTS_PER_DAY: Final = 3  # of one user
EXPORT_BYTES: Final = 50 * 1024**3  # of files in one export, the newest first; what is sent within its time
EXPORT_DAYS: Final = 3  # days an export can be fetched
MAIL_LINK_S: Final = 1_800  # seconds a link in a mail works, once
MAILS_PER_ADDRESS: Final = 5  # of one kind, asked for by anybody, in MAIL_LINK_S; a link of each works meanwhile
ADDRESSES_PER_USER: Final = 5  # mails one user asks for in an hour to change to an address, theirs or not
MAILS_PER_NETWORK: Final = 100  # asked for from one network in an hour, to whatever addresses
LINK_TRIES: Final = 20  # of a network in a minute, to use a link that is none
MAIL_KEPT_S: Final = 7 * 86_400  # seconds it is known that a mail was sent: longer than any message comes again
SOCKET_TICKET_S: Final = 60  # seconds to open the WebSocket, once
SOCKETS_PER_USER: Final = 20  # open tabs that are told of changes: the newest; others are closed
SESSIONS_PER_USER: Final = 100  # signed in at once; one page shows them. Beyond, the one not seen longest ends
FRESH_S: Final = 900  # seconds after the password was given in which an administrator may act without giving it again
DEVICE_KEPT_S: Final = 365 * 86_400  # seconds a device is known after it was last seen; its cookie lasts as long
TICKET_KEPT_S: Final = 600  # seconds a used socket ticket is kept: longer than any is good for
AUDIT_KEPT_S: Final = 730 * 86_400  # seconds an event of the audit log is kept: two years
NOT_FOUND_PER_HOUR: Final = 20  # of one user, that the audit log takes; a client with a stale page makes some
WRONG_PASSWORDS_PER_HOUR: Final = 20  # of one user, that the audit log takes; strangers make as many as they like
PUSHES_S: Final = 5  # seconds after which a round of pushes begins no other: they are hints, the function has work

# Library
PROJECTS_PER_USER: Final = 500
CLIPS_PER_PROJECT: Final = 200
GROUPS_PER_PROJECT: Final = 40
STORED_BYTES: Final = 100 * 1024**3  # clips and assets of one user, with those that can be restored; see services.quota
RESTORE_S: Final = 7 * 86_400  # seconds a deleted project, clip or asset can be restored
UPLOAD_BYTES: Final = 2 * 1024**3  # one clip; a phone's 4K minutes fit
SINGLE_UPLOAD_BYTES: Final = 64 * 1024**2  # above this the upload of a clip is multipart
PART_BYTES_MIN: Final = 8 * 1024**2  # S3 allows 5 MiB; fewer parts, fewer signatures
PARTS_MAX: Final = 1_000  # of one upload; S3 allows 10,000
PARTS_SIGNED: Final = 32  # that one answer has requests for: 20 KB, and sent before they expire
ASSETS_PER_PROJECT: Final = 100  # a project uses a handful
ASSET_AUDIO_BYTES: Final = 100 * 1024**2  # an hour of MP3 at 224 kbit/s; still one request, as S3 takes up to 5 GiB
ASSET_IMAGE_BYTES: Final = 20 * 1024**2  # a photograph as PNG fits
UPLOAD_URL_S: Final = 3_600  # seconds a presigned upload stays valid
DOWNLOAD_URL_S: Final = 3_600  # seconds a presigned download stays valid, at least
LINK_WINDOW_S: Final = 900  # seconds in which a link to the same object is the same, so that pictures stay cached

# Media, read from the file by the sandboxed probe
CLIP_WIDTH_PX: Final = 8_192  # per side
CLIP_PIXELS: Final = 40_000_000  # decoded frame; bounds the decoder's memory
CLIP_FPS: Final = 240
CLIP_DURATION_S: Final = 600  # ten minutes; a segment must encode within a function's time-out
CLIP_FRAMES_MIN: Final = 2  # a still picture is not a clip
CLIP_STREAMS: Final = 32
CLIP_PACKETS: Final = 400_000  # what the probe counts before it gives up
CLIP_ASPECT: Final = 10  # long side over short side as shown; bounds what scaling to cover a canvas can ask for
ASSET_AUDIO_DURATION_S: Final = 3_600  # as long as the longest video
ASSET_IMAGE_PX: Final = 8_192  # per side
ASSET_IMAGE_PIXELS: Final = 16_777_216  # 4,096 squared: the largest canvas is no wider; 64 MiB as RGBA
ACTIVITY_SCORES: Final = 1_200  # of one clip: two a second for the longest
OVERVIEW_S: Final = 60  # seconds activity, filmstrip and waveform of a clip may take, of half of ingest's time-out
FILMSTRIP_PICTURES: Final = 10  # side by side in one file: what a timeline shows of a clip
LISTED_PICTURES: Final = 4  # of a project or generation in a list: enough to know it again
WAVEFORM_PEAKS: Final = 400  # points: more than a screen draws of one clip
DOWNLOAD_CACHE_BYTES: Final = 2 * 1024**3  # sources and segments a worker keeps between tasks, of its /tmp

# Child processes that read media
MEDIA_MEMORY_BYTES: Final = 3 * 1024**3  # address space of one FFmpeg: below what the render function has
PROBE_MEMORY_BYTES: Final = 1536 * 1024**2  # address space of one probe: below what the ingest function has
MEDIA_CPU_S: Final = 3_600  # CPU seconds of one process; the watchdog acts long before, this is the backstop
MEDIA_FILE_BYTES: Final = 8 * 1024**3  # one file a process may write
MEDIA_OPEN_FILES: Final = 256
MEDIA_STALL_S: Final = 60  # seconds without progress before a process is killed
MEDIA_READING_S: Final = 240  # seconds of reading alone, with nothing to show for it, that count as progress
MEDIA_STDERR_BYTES: Final = 16_384  # of a process's messages that are kept
PROBE_S: Final = 240  # seconds one probe may take: under the ingest function's time-out
POSTER_S: Final = 30  # seconds to look for a picture within a clip before its first is taken, and as many for that
PROBE_REPORT_BYTES: Final = 1_000_000  # what a probe may print

# Mixing
CAPTION_CHARACTERS: Final = 300  # a few lines; more could not be read at any size
SPEEDS_PER_SPEC: Final = 5  # each multiplies the footage to encode
WINDOWS_PER_CLIP: Final = 4  # likewise
SPACING_STATES: Final = 30_000  # cases of unlike groups in any order, with never_adjacent; of more, the rotations
COMPARED_CLIPS: Final = 5  # of a group in a video; of more, options are compared as if no sets were kept apart
LISTED_VIDEOS: Final = 20_000  # where some lack footage, of so many each is looked at; of more, clips are left out
TRANSITION_FRAMES_MIN: Final = 2  # one frame is a cut
TRANSITION_FRAMES_MAX: Final = 30

# Generations
OUTPUTS_PER_GENERATION: Final = 1_000
CLIPS_PER_OUTPUT: Final = 200
SEGMENTS_PER_OUTPUT: Final = 201  # of 200 clips, or of 100 with transitions
PAIR_CELLS: Final = 2_000  # of the pair tables of a quote or manifest; of more there are none
PAIRED_VIDEOS: Final = 64  # of an order whose quote has pair tables: they are chosen for it
PAIRED_GROUPS: Final = 3  # likewise, in their order: of more, or in any order, choosing takes too long for a quote
PLAN_PIECES: Final = 125_000  # outputs x pieces of an order: what one plan may come to
PLAN_TASKS: Final = 1_000  # tasks of a plan; a row names others by one bit each, so it stays thin
PARTS_PER_OUTPUT: Final = 40  # objects of one output: the pages of a document
OUTPUT_DURATION_S: Final = 3_600  # one finished video
FADE_S: Final = 30  # seconds of music, at either end of a video
QUEUED_BEFORE: Final = 1_000  # tasks in front of an order's that are counted; of more it is as good as unknown
PREVIEWED_VIDEOS: Final = 24  # first videos of an order that are told of before it is placed: what a page shows of it
PREVIEW_CHOICES: Final = 6_000  # clips looked at to choose the videos before those a preview shows: 0.3 CPU-seconds
OUTPUT_DAYS: Final = 30  # days a finished video is kept since it was made, unless its owner wants it longer
OUTPUT_DAYS_MAX: Final = 90  # days a finished video can be kept: as long as it could be made again
PRESETS_PER_USER: Final = 100
PRESET_BYTES: Final = 64 * 1024  # of its settings as JSON: ten times what any form fills in
PREVIEWS_PER_DAY: Final = 5  # rendered previews of one project in a day: free, and each is a video in draft quality
PREVIEW_DAYS: Final = 2  # days a rendered preview is kept
PLAN_DAYS: Final = 90  # days a plan is kept: what its videos are made of can be asked for so long
SEGMENT_DAYS: Final = 14  # days a segment is kept since it was last used, or nearly
OUTPUTS_PER_COMMAND: Final = 10  # what one assemble message makes
OPEN_GENERATIONS_PER_USER: Final = 10
ORDERS_PER_HOUR: Final = 100  # of one user; cancelled at once it costs a segment and a plan, unpaid it counts apart
GENERATION_DEADLINE_S: Final = 6 * 3_600  # after this, sweep fails what is left and releases the credits
PLAN_ATTEMPTS: Final = 3  # planners that begin on an order before it is given up
ENDED_EARLY_S: Final = 900  # seconds in which sweep sees to it that workers know of an end before its time
PLAN_SILENCE_S: Final = 180  # seconds before another planner is told of an order that is not planned yet
TASK_ATTEMPTS: Final = 5  # times a task may fail without getting further before it is failed; an outage is no failure
TASK_FAULT_S: Final = 30  # seconds before a task that failed is started again, doubled each time: time to mend a fault
TASK_SILENCE_S: Final = 90  # seconds a started task may be silent; a worker says something every ten
TASK_UNSTARTED_S: Final = 1_800  # seconds a sent task may wait for a worker before it is sent again
TASK_UNSTARTED_SENDS: Final = 2  # times that is done, should its message be lost; then it waits, until the deadline

# Bundles
BUNDLE_VOLUME_BYTES: Final = 10 * 1024**3  # of videos in one archive; what is more goes into further ones, each a link
BUNDLE_DAYS: Final = 3  # days a finished bundle is kept: it can be made again as long as its videos are there
BUNDLE_DEADLINE_S: Final = 6 * 3_600  # seconds after which a bundle that is not ready is failed
BUNDLES_MAKING_PER_USER: Final = 3  # at once
BUNDLES_KEPT_PER_USER: Final = 20  # in the making or ready; each is a copy of its videos
BUNDLE_READ_BYTES: Final = 4 * 1024**2  # of a video in one request to the store
BUNDLE_READS_AHEAD: Final = 6  # requests under way; with the parts they bound the memory, whatever the archive's size
BUNDLE_PART_BYTES: Final = 8 * 1024**2  # of an archive in one request; S3 takes 10,000 of them: 80 GB
BUNDLE_PARTS_AT_ONCE: Final = 3
BUNDLE_PROGRESS_S: Final = 2  # seconds between two signs of life of whoever makes an archive
BUNDLE_QUIET_S: Final = 30  # seconds without one before a second message of the same attempt is believed
BUNDLE_ROW_KEPT_S: Final = 30 * 86_400  # seconds the row of an ended bundle is kept
NAMING_CHARACTERS: Final = 200  # of the template that names the files of a bundle

# Outages
RETRY_S: Final = 5  # seconds before what an outage stopped is tried again, doubled each time ...
RETRY_S_MAX: Final = 60  # ... up to this: all goes on soon after the outage is over
MESSAGE_BYTES: Final = 1024**2  # of one message, and of all that one call sends: SQS's limit
QUEUE_DELAY_S: Final = 900  # seconds a queue keeps a message back at most: SQS's limit

# Sweeper
UPLOAD_LOOK_S: Final = 300  # seconds to the first look for an expected upload's object; ingest takes less, if idle
UPLOAD_LOOK_MAX_S: Final = 86_400  # seconds between two looks at most; each wait is twice the one before
UPLOAD_EXPECTED_S: Final = 7 * 86_400  # seconds an upload may take before its clip or asset is rejected
SOCKET_S: Final = 7_200  # seconds; API Gateway cuts every connection after two hours
IDEMPOTENCY_KEY_S: Final = 7 * 86_400  # seconds an answer is kept under its key
OUTBOX_KEPT_S: Final = 86_400  # seconds a published message is kept, to be looked at
WORK_KEPT_S: Final = PLAN_DAYS * 86_400  # seconds the tasks of an ended generation are kept: as its plan
UPLOAD_ROW_KEPT_S: Final = WORK_KEPT_S + 86_400  # seconds the row of a deleted upload is kept: manifests name it
ERASED_S: Final = 6 * 3_600  # seconds before the objects of a deleted account go: nothing can arrive any more then
SESSION_KEPT_S: Final = 30 * 86_400  # seconds an ended session is kept, so that a stolen token is recognised
INVARIANT_OVERLAP_S: Final = 120  # seconds two looks at what changed overlap; longer than any transaction
INVARIANT_BACK_S: Final = 86_400  # seconds a look goes back at most, after an outage; the rounds by id do the rest
INVARIANT_ROUND_S: Final = 0.5  # seconds of each pass for rows of any age, in rounds by id
RELAY_AGE_S: Final = 5  # seconds before relay takes a message its own sender would have sent by then

# Database; told to its sessions by the database itself, so a change needs a migration
LOCK_S: Final = 8  # seconds a statement waits for a lock; less than sweep keeps back, and than any function's time-out
REQUEST_STATEMENT_S: Final = 10  # seconds one statement of the API may take: somebody waits for it
JOB_STATEMENT_S: Final = 20  # seconds one statement of any other function may take: none is left behind by a time-out
IDLE_TRANSACTION_S: Final = 60  # seconds a session may do nothing in a transaction; a dead function's locks end then
IDLE_S: Final = 240  # seconds a function's session may do nothing; a database with none left may sleep

# Credits
SIGN_UP_BONUS: Final = 200  # credits of a new account (fifty usual videos), unless ACCOUNT_SIGN_UP_BONUS says otherwise
CREDITS_MAX: Final = 10**12  # keeps every sum within 63 bits with room to spare
