-- A database as it is after two years; see filled_database.py, which says what stands for each name.

-- Helpers: users u, projects p (of user p), generations g (of project 1 + g % projects), each with its age.
CREATE TEMP TABLE u AS
SELECT n AS number, age, uuidv7(-age) AS id
FROM (SELECT n, interval '730 days' * (1 - n / $users::float) + interval '3 hours' AS age
      FROM generate_series(1, $users) n) numbered;
CREATE TEMP TABLE p AS
SELECT number, age, id AS user_id, uuidv7(-age) AS id FROM u WHERE number <= $projects;
CREATE TEMP TABLE g AS
SELECT n.n AS number, p.user_id, p.id AS project_id, uuidv7(-n.age) AS id, n.age,
       CASE WHEN n.n > $generations - $recent THEN 'running' WHEN n.n % 20 = 0 THEN 'partial'
            WHEN n.n % 33 = 0 THEN 'failed' WHEN n.n % 50 = 0 THEN 'cancelled' ELSE 'succeeded' END AS state,
       CASE WHEN n.n > $generations - $recent THEN $outputs / 2 WHEN n.n % 20 = 0 THEN $outputs - 3
            WHEN n.n % 33 = 0 THEN 0 WHEN n.n % 50 = 0 THEN 7 ELSE $outputs END AS made
FROM (SELECT n, CASE WHEN n > $generations - 2 * $recent
                     THEN interval '60 minutes' * (1 - (n - $generations + 2 * $recent) / (2.1 * $recent))
                     ELSE interval '730 days' * (1 - n / $generations::float) + interval '65 minutes' END AS age
      FROM generate_series(1, $generations) n) n
JOIN p ON p.number = 1 + n.n % $projects;
CREATE INDEX ON u (number);
CREATE INDEX ON g (number);
ANALYZE u; ANALYZE p; ANALYZE g;

-- accounts
INSERT INTO users (id, email, name, password_hash, created_at)
SELECT id, 'user' || number || '@example.com', 'User ' || number, '-', now() - age FROM u;
INSERT INTO sessions (id, user_id, refresh_hash, user_agent, address, created_at, rotated_at, expires_at, revoked_at)
SELECT uuidv7(-age), id, md5(number::text), 'a browser', '203.0.113.7', now() - age, now() - age,
       now() + interval '30 days' - interval '55 days' * (number % 100) / 100.0,
       CASE WHEN number % 10 = 0 THEN now() - interval '20 days' * (number % 100) / 100.0 END
FROM u;
INSERT INTO devices (id, user_id, cookie_hash, first_seen_at, last_seen_at)
SELECT id, user_id, md5(id::text), created_at, created_at FROM sessions;
UPDATE sessions SET device_id = id;
INSERT INTO audit_events (at, action, user_id, actor_id) SELECT created_at, 'signed_in', user_id, user_id FROM sessions;
INSERT INTO mails (cause, template, claimed_until, sent_at)
SELECT id, 'password_changed', now() - interval '6 days' * (number % 100) / 100.0, now() FROM u WHERE number % 5 = 0;
INSERT INTO mail_links (id, purpose, secret_hash, user_id, email, expires_at)
SELECT id, 'reset', md5(id::text), id, 'user' || number || '@example.com', now() + interval '29 minutes' * (number % 100) / 100.0
FROM u WHERE number % 5 = 0;
INSERT INTO used_tickets (digest, connection_id, used_at)
SELECT md5(id::text), 'connection', now() - interval '9 minutes' * (number % 100) / 100.0 FROM u WHERE number % 5 = 0;
INSERT INTO exports (id, user_id, created_at, made_at, size_bytes)
SELECT id, id, now() - interval '2 days' * (number % 100) / 100.0, now(), 1000 FROM u WHERE number % 5 = 0;
INSERT INTO sockets (connection_id, user_id, session_id, connected_at)
SELECT 'connection ' || s.id, s.user_id, s.id, now() - interval '110 minutes' * (row_number() OVER () % 100) / 100.0
FROM sessions s WHERE revoked_at IS NULL AND expires_at > now() ORDER BY s.id LIMIT $users / 20;
INSERT INTO sign_in_failures (subject, failures, window_start)
SELECT 'email:user' || number || '@example.com', 1, now() - interval '59 minutes' * (number % 100) / 100.0
FROM u WHERE number % 50 = 0;

-- library
INSERT INTO projects (id, user_id, app, name, created_at)
SELECT id, user_id, 'video_mixer', 'Project', now() - age FROM p;
INSERT INTO clips (id, user_id, project_id, name, content_type, size_bytes, state, facts, sha256, poster_key,
                   filmstrip_key, waveform_key, code, position, created_at, settled_at, deleted_at,
                   objects_removed_at)
SELECT uuidv7(-age), user_id, id, 'IMG_' || c || '.MOV', 'video/quicktime', 7000000, state,
       CASE WHEN state IN ('ready', 'deleted') THEN $facts::jsonb END,
       CASE WHEN state IN ('ready', 'deleted') THEN md5(number::text || c) || md5(c::text) END,
       'derived/' || user_id || '/' || c || '/poster.jpg', 'derived/' || user_id || '/' || c || '/filmstrip.jpg',
       'derived/' || user_id || '/' || c || '/waveform.json',
       CASE WHEN state = 'rejected' THEN 'not_a_video' END, c, now() - age,
       CASE WHEN state <> 'expected' THEN now() - age END,
       CASE WHEN state = 'deleted' THEN now() - age / 2 END,
       CASE WHEN state = 'deleted' AND number % 500 > 0 THEN now() - age / 2 END
FROM (SELECT p.user_id, p.id, p.number, c,
             CASE WHEN c = 1 AND p.number % 50 = 0 THEN 'expected' WHEN c = 2 AND p.number % 5 = 0 THEN 'rejected'
                  WHEN c IN (3, 4) THEN 'deleted' ELSE 'ready' END AS state,
             CASE WHEN c = 1 AND p.number % 50 = 0 THEN interval '3 minutes' ELSE p.age END AS age
      FROM p CROSS JOIN generate_series(1, $clips) c) numbered
WHERE state <> 'deleted' OR age / 2 < interval '31 days';
INSERT INTO assets (id, user_id, project_id, kind, name, content_type, size_bytes, state, facts, created_at, settled_at,
                    deleted_at, objects_removed_at)
SELECT uuidv7(-age), user_id, project_id, 'audio', 'Song.mp3', 'audio/mpeg', 4000000, state,
       CASE WHEN state <> 'expected' THEN jsonb_build_object('sha256', repeat('a', 64))
           || '{"kind": "audio", "container": "mp3", "codec": "mp3", "sample_rate": 44100, "channels": 2,
                "duration_us": 180000000, "size_bytes": 4000000}'::jsonb END, now() - age,
       CASE WHEN state <> 'expected' THEN now() - age END, CASE WHEN state = 'deleted' THEN now() - age / 2 END,
       CASE WHEN state = 'deleted' AND number % 500 > 0 THEN now() - age / 2 END
FROM (SELECT p.user_id, p.id AS project_id, p.number, state,
             CASE WHEN state = 'expected' THEN interval '3 minutes' ELSE p.age END AS age
      FROM p CROSS JOIN (VALUES ('ready'), ('ready'), ('ready'), ('deleted'), ('expected')) five (state)
      WHERE state <> 'expected' OR p.number % 50 = 0) numbered
WHERE state <> 'deleted' OR age / 2 < interval '31 days';
INSERT INTO groups (id, project_id, name, position)
SELECT uuidv7(-age), id, name, position FROM p CROSS JOIN (VALUES ('Hook', 0), ('Body', 1), ('End', 2)) three (name, position);
INSERT INTO group_clips (clip_id, group_id, position)
SELECT c.id, g.id, row_number() OVER (PARTITION BY g.id ORDER BY c.position) - 1
FROM clips c JOIN groups g ON g.project_id = c.project_id AND g.position = c.position % 3
WHERE c.state = 'ready';

-- ledger
CREATE TEMP TABLE moves AS
SELECT id AS user_id, age + interval '1 second' - age * (n - 1) / $grants / 2 AS age, NULL::uuid AS hold_id,
       CASE n WHEN 1 THEN 'bonus' ELSE 'purchase' END AS kind, 'grant:' || number || ':' || n AS op_key,
       1000 AS d_available, 0 AS d_reserved, 0 AS d_spent
FROM u CROSS JOIN generate_series(1, $grants) n
UNION ALL
SELECT user_id, age, id, 'reserve', 'reserve:' || id, -$outputs, $outputs, 0 FROM g
UNION ALL
SELECT user_id, age * 0.9, id, kind, kind || ':' || id, $outputs - made, -$outputs, made
FROM (SELECT *, CASE WHEN made > 0 THEN 'capture' ELSE 'release' END AS kind FROM g WHERE state <> 'running') ended;
INSERT INTO holds (id, user_id, amount, captured, state, created_at, expires_at)
SELECT id, user_id, $outputs, CASE state WHEN 'running' THEN 0 ELSE made END,
       CASE WHEN state = 'running' THEN 'held' WHEN made > 0 THEN 'captured' ELSE 'released' END,
       now() - age, now() - age + make_interval(secs => $deadline_s)
FROM g;
INSERT INTO entries (user_id, seq, op_key, kind, d_available, d_reserved, d_spent, d_external, hold_id, balance,
                     created_at)
SELECT user_id, row_number() OVER mine, op_key, kind, d_available, d_reserved, d_spent,
       -(d_available + d_reserved + d_spent), hold_id, sum(d_available) OVER mine, now() - age
FROM moves WINDOW mine AS (PARTITION BY user_id ORDER BY hold_id IS NOT NULL, age DESC, op_key DESC);
INSERT INTO wallets (user_id, available, reserved, earned, spent, version)
SELECT user_id, sum(d_available), sum(d_reserved), -sum(d_external), sum(d_spent), max(seq)
FROM entries GROUP BY user_id;

-- generations
INSERT INTO generations (id, user_id, project_id, app, app_version, planner_version, engine_version, spec, seed,
                         clip_ids, price_lines, price, earned, state, plan, planned_at, work_done, work_total,
                         outputs_made, outputs_failed, outputs_total, seq, deadline, created_at, finished_at,
                         tasks_removed_at)
SELECT g.id, g.user_id, g.project_id, 'video_mixer', '1', 1, $engine, '{"count": $outputs}', 7, c.ids,
       '[{"code": "video", "label": "Video", "credits": 1, "quantity": $outputs}]', $outputs, g.made, g.state,
       md5(g.number::text) || md5(g.number::text), now() - g.age,
       CASE g.state WHEN 'running' THEN 8100 ELSE 13000 END, 13000,
       g.made, CASE WHEN g.state IN ('partial', 'failed') THEN $outputs - g.made ELSE 0 END, $outputs, $outputs + 20,
       now() - g.age + make_interval(secs => $deadline_s), now() - g.age,
       CASE WHEN g.state <> 'running' THEN now() - g.age * 0.9 END,
       CASE WHEN g.age * 0.9 > interval '91 days' THEN now() - g.age * 0.9 + interval '90 days' END
FROM g JOIN (SELECT project_id, array_agg(id) AS ids FROM clips GROUP BY project_id) c USING (project_id);
INSERT INTO outputs (generation_id, n, title, media_type, work, price, task, fingerprint, state, parts, code, message,
                     seq, settled_at, removed_at)
SELECT id, n, 'Video ' || n, 'video/mp4', 840, 1, 8 + (n - 1) / 10, md5(number || ' ' || n), state,
       CASE state WHEN 'made' THEN jsonb_build_array(
           jsonb_build_object('role', 'main', 'key', 'outputs/' || user_id || '/' || id || '/' || n || '.mp4',
                              'media_type', 'video/mp4', 'size_bytes', 3145728, 'facts', '{"frames": 840}'::jsonb,
                              'sha256', md5(n::text) || md5(number::text)),
           jsonb_build_object('role', 'poster', 'key', 'outputs/' || user_id || '/' || id || '/' || n || '.jpg',
                              'media_type', 'image/jpeg', 'size_bytes', 20000, 'facts', '{}'::jsonb,
                              'sha256', md5(number::text) || md5(n::text))) END,
       CASE state WHEN 'failed' THEN 'bad_clip' END, CASE state WHEN 'failed' THEN 'A clip cannot be read.' END,
       10 + n, CASE WHEN state <> 'planned' THEN now() - age * 0.9 END,
       CASE WHEN state = 'made' AND age * 0.9 > interval '30 days 5 minutes' THEN now() - age * 0.9 + interval '30 days' END
FROM (SELECT g.id, g.user_id, g.number, g.age, n,
             CASE WHEN n <= g.made THEN 'made' WHEN g.state = 'running' THEN 'planned'
                  WHEN g.state = 'cancelled' THEN 'cancelled' ELSE 'failed' END AS state
      FROM g CROSS JOIN generate_series(1, $outputs) n) numbered;
INSERT INTO tasks (id, generation_id, index, operation, lane, title, work, work_done, outputs, unlocks, waiting_on,
                   plan_start, plan_length, state, attempt, sent_at, heartbeat_at, reported_at, settled_at, made, wall_ms,
                   cpu_ms, detail)
SELECT uuidv7(-age), id, t, lane, lane, 'A clip', 1000, CASE state WHEN 'finished' THEN 1000 ELSE 20 END,
       '\x07fe'::bytea, CASE lane WHEN 'render' THEN '\x0001'::bytea ELSE ''::bytea END, 0, t * 5000, 5000, state, 1, now() - interval '9 seconds',
       now() - interval '9 seconds', CASE state WHEN 'finished' THEN now() - age * 0.9 END,
       CASE state WHEN 'finished' THEN now() - age * 0.9 END, 10, 40000, 70000, NULL
FROM (SELECT g.id, g.age, t, CASE WHEN t < 8 THEN 'render' ELSE 'assemble' END AS lane,
             CASE WHEN g.state = 'running' AND t > 7 THEN 'sent' ELSE 'finished' END AS state
      FROM g CROSS JOIN generate_series(0, 12) t WHERE g.age * 0.9 <= interval '91 days') numbered;

-- bundles
INSERT INTO bundles (id, user_id, generation_id, project_name, naming, state, created_at, deadline, ended_at,
                     objects_removed_at)
SELECT uuidv7(-age), user_id, id, 'Project', '{title}', state, now() - age, now() - age + interval '6 hours',
       CASE WHEN state <> 'making' THEN now() - age END, CASE WHEN age > interval '3 days' THEN now() - age END
FROM (SELECT id, user_id, age * 0.8 AS age, CASE WHEN number % 500 = 0 THEN 'making' ELSE 'ready' END AS state FROM g
      WHERE made > 0) numbered
WHERE (state = 'making') = (age < interval '6 hours') AND age < interval '33 days';
INSERT INTO bundle_volumes (bundle_id, n, outputs, bytes_total, bytes_done, state, sent_at, heartbeat_at, settled_at, size_bytes)
SELECT id, 1, '\x02'::bytea, 1000, 1000, CASE state WHEN 'making' THEN 'sent' ELSE 'finished' END, created_at,
       now() - interval '9 seconds', ended_at, CASE WHEN state <> 'making' THEN 1200 END
FROM bundles;

-- messages
INSERT INTO outbox (queue, group_id, body, created_at, published_at)
SELECT 'render', n::text, repeat('x', 500), now() - age, CASE WHEN n > 5 THEN now() - age END
FROM (SELECT n, CASE WHEN n > 5 THEN interval '24 hours' * n / (5000 + $recent * 200) ELSE interval '9 seconds' END AS age
      FROM generate_series(1, 5000 + $recent * 200) n) numbered;
INSERT INTO idempotency (user_id, route, key, fingerprint, body, created_at)
SELECT user_id, 'create_generation', 'key ' || id, md5(id::text), '{}', now() - age FROM g
WHERE age < interval '7 days';
