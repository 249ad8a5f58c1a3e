#!/bin/sh
# aot.sh JAR CACHE [OPTION…]: starts the server once and ends it, for Java (25 or later) to keep its classes in CACHE as
# it had loaded and linked them. A start with -XX:AOTCache=CACHE, the same jar, Java and options takes half the work.
set -eu
jar=$1
cache=$2
shift 2
TAPEDECK_DATA_DIR=$(mktemp -d)
export TAPEDECK_DATA_DIR
java "$@" "-XX:AOTCacheOutput=$cache" -Xlog:aot=error -jar "$jar" serve &
server=$!
until java -jar "$jar" health; do
    kill -0 "$server"
    sleep 1
done
kill "$server"
wait "$server" || true # ended by a signal, as it was told
rm -rf "$TAPEDECK_DATA_DIR"
test -s "$cache"
