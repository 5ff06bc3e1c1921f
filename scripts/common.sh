# Sourced by the other scripts: strict mode, the repository's root, and where builds go.
#
# Builds go outside of the checkout by default, so that a fresh clone reuses what an earlier one built.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/dot-build}"

# Says on standard error what is run, then runs it.
run() {
    printf '+ %s\n' "$*" >&2
    "$@"
}
