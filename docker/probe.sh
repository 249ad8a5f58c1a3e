#!/bin/sh
# Sees that a started Tapedeck works: probe.sh ADDRESS ADMIN-PASSWORD
# Waits until it is ready, logs in, makes a write key, sends one chunk as a recorder would, and waits until its events can be read.
set -eu
address=${1%/}
password=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() {
    printf '%s %s\n' "$address" "$1"
}

fail() {
    say "$1" >&2
    exit 1
}

# Tries a command once a second: patiently SECONDS COMMAND…
patiently() {
    left=$1
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 1
    done
}

is_there() {
    curl -fsS -m 10 -o /dev/null "$address$1" 2>"$work/error"
}

# Where health has a port of its own, which balancers do not pass on, the pages tell.
is_ready() {
    is_there /health/ready || { grep -q ' 404' "$work/error" && is_there /recorder.js && is_there /app/; }
}

patiently 120 is_ready || fail "is not ready: $(cat "$work/error")"
say "is ready"
for page in /recorder.js /demo /app/; do
    is_there "$page" || fail "has no $page: $(cat "$work/error")"
done
say "has its pages"

post() {
    curl -fsS -m 10 -b "$work/cookies" -c "$work/cookies" -H 'Content-Type: application/json' -H 'Sec-Fetch-Site: same-origin' --data "$2" "$address$1"
}

post /api/v1/login "{\"name\":\"admin\",\"password\":\"$password\"}" >/dev/null || fail "does not let its admin in"
key=$(post /api/v1/projects/default/keys '{}' | sed -n 's/.*"key" *: *"\([^"]*\)".*/\1/p')
[ -n "$key" ] || fail "makes no write key"

session="probe-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"
now=$(date +%s)000
chunk="{\"session\":\"$session\",\"window\":\"w1\",\"seq\":0,\"sentAt\":$now,\"final\":true,
\"masking\":{\"level\":\"strict\",\"version\":1},\"events\":[
{\"type\":4,\"data\":{\"href\":\"https://probe.example/\",\"width\":800,\"height\":600},\"timestamp\":$now},
{\"type\":5,\"data\":{\"tag\":\"probed\",\"payload\":{}},\"timestamp\":$now}]}"

# Other processes learn of a new key within seconds.
takes_the_chunk() {
    curl -fsS -m 10 -o /dev/null -H 'Content-Type: text/plain' --data "$chunk" "$address/ingest/v1/chunks?key=$key" 2>"$work/error"
}

patiently 30 takes_the_chunk || fail "does not take a chunk: $(cat "$work/error")"
say "took a chunk"

gives_its_events() {
    curl -fsS -m 10 --compressed -b "$work/cookies" "$address/api/v1/projects/default/sessions/$session/events" \
        2>"$work/error" | grep -q '"probed"'
}

patiently 60 gives_its_events || fail "does not give the events back: $(cat "$work/error")"
say "gave its events back"
