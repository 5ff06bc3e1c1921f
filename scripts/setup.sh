#!/usr/bin/env bash
# Makes a machine with git and a Rust toolchain ready to build Dot: a C compiler, which linking
# needs, and a Rust that is new enough. Silent and without root when nothing is missing; says
# exactly what it could not do, and then ends with status 1.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

failed=0
problem() {
    printf 'setup: %s\n' "$*" >&2
    failed=1
}

# Runs a command as root: directly, or through sudo where that asks for no password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        run "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        run sudo "$@"
    else
        return 1
    fi
}

install_c_compiler() {
    local wanted
    if command -v apt-get >/dev/null; then
        wanted='apt-get install build-essential'
        as_root apt-get update >&2 && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y build-essential >&2
    elif command -v dnf >/dev/null; then
        wanted='dnf install gcc'
        as_root dnf install -y gcc >&2
    elif command -v brew >/dev/null; then
        wanted='xcode-select --install'
        run brew install gcc >&2
    else
        wanted="your system's package manager: it is called gcc or clang"
    fi
    if ! command -v cc >/dev/null; then
        problem "there is no C compiler (cc), and it could not be installed; install it with: $wanted"
    fi
}

check_rust() {
    local needed found
    needed="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)"
    if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
        problem "there is no Rust toolchain; install one as https://rustup.rs says (Rust $needed or newer)"
        return
    fi
    found="$(rustc --version | cut -d' ' -f2)"
    found="${found%%-*}"
    if [ "$(printf '%s\n%s\n' "$needed" "$found" | sort -V | head -n 1)" != "$needed" ]; then
        problem "Rust is $found, and Dot needs $needed or newer; update it with: rustup update"
    fi
}

command -v cc >/dev/null || install_c_compiler || true
check_rust
exit "$failed"
