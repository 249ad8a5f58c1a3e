#!/bin/sh
# Starts what the compose files here describe, looks whether it works, and takes it away again, volumes included:
#   docker/check.sh [one-box|scaled]
# Without a name both, one after the other; scaled comes with Prometheus and Grafana. Needs Docker with Compose 2, and curl.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
what=${1:-"one-box scaled"}
port=${TAPEDECK_CHECK_PORT:-18080}
grafana=${TAPEDECK_CHECK_GRAFANA_PORT:-13000}
export TAPEDECK_PUBLISH="127.0.0.1:$port" GRAFANA_PUBLISH="127.0.0.1:$grafana"

# The first password is asked of the server, which makes one where none is given.
unset TAPEDECK_BOOTSTRAP_ADMIN_PASSWORD

# With a project name of its own, so that nothing which runs here already is touched.
compose() {
    docker compose --project-name tapedeck-check "$@"
}

one_box() {
    set -- -f "$here/compose.yaml"
    trap 'compose -f "$here/compose.yaml" down --volumes' EXIT
    compose "$@" up --build --detach --wait
    "$here/probe.sh" "http://127.0.0.1:$port" "$(compose "$@" exec -T tapedeck cat /data/admin-password)"
    compose "$@" down --volumes
    trap - EXIT
}

scaled() {
    set -- -f "$here/compose.scaled.yaml" -f "$here/compose.observability.yaml"
    trap 'compose -f "$here/compose.scaled.yaml" -f "$here/compose.observability.yaml" down --volumes' EXIT
    "$here/scaled/secrets.sh"
    compose "$@" up --build --detach --wait
    "$here/probe.sh" "http://127.0.0.1:$port" "$(cat "$here/secrets/admin-password")"
    curl -fsS --retry 30 --retry-delay 2 --retry-all-errors "http://127.0.0.1:$grafana/api/health" >/dev/null
    echo "Grafana answers"
    compose "$@" down --volumes
    trap - EXIT
}

for one in $what; do
    case $one in
        one-box) one_box ;;
        scaled) scaled ;;
        *) echo "check.sh [one-box|scaled]" >&2; exit 2 ;;
    esac
done
