#!/bin/sh
# Makes the secrets that compose.scaled.yaml asks for, where there are none yet: secrets.sh [FOLDER]
set -eu
umask 077
folder=${1:-"$(dirname "$0")/../secrets"}
mkdir -p "$folder"

make() {
    if [ ! -e "$folder/$1" ]; then
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$folder/$1"
    fi
}

make s3-secret
make postgres-password
make admin-password
if [ ! -e "$folder/s3-config.json" ]; then
    printf '{"identities":[{"name":"tapedeck","credentials":[{"accessKey":"tapedeck","secretKey":"%s"}],"actions":["Admin","Read","Write","List"]}]}\n' \
        "$(cat "$folder/s3-secret")" > "$folder/s3-config.json"
fi
# Containers read them as another user.
chmod 644 "$folder"/*
