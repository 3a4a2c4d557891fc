"""Devices, sessions on them, what is sent by mail, the audit log, and what people may choose

A session that is there gets a device of its own, which nobody trusts: it has no cookie. Adds only: the code before it
goes on working with the schema after it.
"""

from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE users
            ADD COLUMN language text DEFAULT 'en' NOT NULL CONSTRAINT ck_users_language CHECK (language IN ('en', 'id', 'zh')),
            ADD COLUMN theme text DEFAULT 'system' NOT NULL
                CONSTRAINT ck_users_theme CHECK (theme IN ('system', 'light', 'dark')),
            ADD COLUMN mail_on_end boolean DEFAULT false NOT NULL,
            ADD COLUMN email_verified_at timestamptz,
            ADD COLUMN deleted_at timestamptz,
            ADD COLUMN objects_removed_at timestamptz;
        CREATE INDEX ix_users_deleted ON users (id) WHERE deleted_at IS NOT NULL AND objects_removed_at IS NULL;

        CREATE TABLE devices (
            id uuid CONSTRAINT pk_devices PRIMARY KEY,
            user_id uuid NOT NULL CONSTRAINT fk_devices_user_id REFERENCES users (id),
            cookie_hash text NOT NULL,
            trusted boolean DEFAULT true NOT NULL,
            first_seen_at timestamptz DEFAULT now() NOT NULL,
            last_seen_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT uq_devices_cookie_hash_user_id UNIQUE (cookie_hash, user_id)
        );
        CREATE INDEX ix_devices_user_id ON devices (user_id);
        CREATE INDEX ix_devices_last_seen_at ON devices (last_seen_at);
        ALTER TABLE sessions
            ADD COLUMN device_id uuid CONSTRAINT fk_sessions_device_id REFERENCES devices (id),
            ADD COLUMN country text DEFAULT '' NOT NULL,
            ADD COLUMN last_seen_at timestamptz DEFAULT now() NOT NULL,
            ADD COLUMN authenticated_at timestamptz DEFAULT now() NOT NULL;
        CREATE INDEX ix_sessions_device_id ON sessions (device_id);
        INSERT INTO devices (id, user_id, cookie_hash, trusted, first_seen_at, last_seen_at)
            SELECT id, user_id, 'session ' || id, false, created_at, rotated_at FROM sessions;
        UPDATE sessions SET device_id = id, last_seen_at = rotated_at, authenticated_at = created_at;

        CREATE TABLE mail_links (
            id uuid CONSTRAINT pk_mail_links PRIMARY KEY,
            purpose text NOT NULL CONSTRAINT ck_mail_links_purpose CHECK (purpose IN ('sign_up', 'reset', 'change_email')),
            secret_hash text NOT NULL CONSTRAINT uq_mail_links_secret_hash UNIQUE,
            user_id uuid CONSTRAINT fk_mail_links_user_id REFERENCES users (id),
            email text NOT NULL,
            expires_at timestamptz NOT NULL
        );
        CREATE INDEX ix_mail_links_user_id ON mail_links (user_id);
        CREATE INDEX ix_mail_links_email ON mail_links (email);
        CREATE INDEX ix_mail_links_expires_at ON mail_links (expires_at);
        CREATE TABLE mails (
            cause uuid NOT NULL,
            template text NOT NULL,
            claimed_until timestamptz NOT NULL,
            sent_at timestamptz,
            CONSTRAINT pk_mails PRIMARY KEY (cause, template)
        );
        CREATE INDEX ix_mails_claimed_until ON mails (claimed_until);

        CREATE TABLE used_tickets (
            digest text CONSTRAINT pk_used_tickets PRIMARY KEY,
            connection_id text NOT NULL,
            used_at timestamptz DEFAULT now() NOT NULL
        );
        CREATE INDEX ix_used_tickets_used_at ON used_tickets (used_at);

        CREATE TABLE audit_events (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audit_events PRIMARY KEY,
            at timestamptz DEFAULT now() NOT NULL,
            action text NOT NULL,
            user_id uuid,
            actor_id uuid,
            network text DEFAULT '' NOT NULL,
            detail jsonb DEFAULT '{}'::jsonb NOT NULL
        );
        CREATE INDEX ix_audit_events_user_id_id ON audit_events (user_id, id);
        CREATE INDEX ix_audit_events_user_id_action_at ON audit_events (user_id, action, at);
        CREATE INDEX ix_audit_events_at ON audit_events (at);
        REVOKE UPDATE, DELETE ON audit_events FROM medley_api;
        REVOKE UPDATE ON audit_events FROM medley_jobs;
    """)
