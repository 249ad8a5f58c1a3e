#!/bin/sh
# train.sh JAR ARCHIVE FLAG [OPTION…]: starts the server once, for Java to keep the classes that it loads in ARCHIVE, and ends it.
# FLAG is how Java is told to: -XX:ArchiveClassesAtExit, or from Java 25 on -XX:AOTCacheOutput.
#
# The run has a data folder of its own beside the archive, deleted in the end, a free port of 127.0.0.1, and none of the
# caller's settings. Exit code 0: the archive is there. Else none is, no older one and no half of one, and it is said why.
set -eu

START_MAX_S=60
STOP_MAX_S=60

jar=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") # Java 17 looks for it where it was, from whatever folder it is started
archive=$2
flag=$3
shift 3
folder=$archive.training
server=

end() {
    code=$?
    trap - EXIT
    if [ -n "$server" ]; then
        kill -9 "$server" 2>/dev/null || true
    fi
    if [ "$code" != 0 ]; then
        echo "There is no archive of classes at $archive. A start takes longer without; all else is the same. The run that was to make it said:" >&2
        tail -n 5 "$folder/log" >&2 || true
    fi
    rm -rf "$folder"
    exit "$code"
}

# await SECONDS COMMAND…: fails if the command does not succeed in that time
await() {
    tries=$(($1 * 5))
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.2
    done
}

ready_or_gone() {
    grep -q 'is ready' "$folder/log" || gone
}

gone() {
    ! kill -0 "$server" 2>/dev/null
}

rm -rf "$archive" "$folder"
mkdir "$folder"
: >"$folder/log"
trap end EXIT
trap 'exit 1' HUP INT TERM

env -i PATH="$PATH" HOME="$folder" TAPEDECK_DATA_DIR="$folder/data" TAPEDECK_BIND=127.0.0.1 TAPEDECK_HTTP_PORT=0 \
    java "$@" "$flag=$folder/archive" -jar "$jar" serve >"$folder/log" 2>&1 &
server=$!
await "$START_MAX_S" ready_or_gone
kill "$server" 2>/dev/null
await "$STOP_MAX_S" gone
server=
mv "$folder/archive" "$archive"
