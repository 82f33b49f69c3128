# shellcheck shell=bash
# Sourced by scripts/serve and scripts/test: finds Python, makes .venv and installs into it.
# Nothing is done twice: a second run costs a few milliseconds until pyproject.toml changes.
#
#   VVSTREAM_VENV   where the virtual environment lies (default: .venv)
#   PYTHON          the interpreter to make it with (default: the first that is new enough)
# pip's own settings (PIP_INDEX_URL, PIP_FIND_LINKS, pip.conf) are respected as they are.

venv=${VVSTREAM_VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# The newest Python is not the best choice: wheels come late, so the system's own is tried first.
find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed; found: $(python3 --version 2>&1 || true). Name one with PYTHON=…"
}

# as_root COMMAND…: run it as root without asking for a password; fails where that is not possible.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@" 2>/dev/null; fi
}

# debian PACKAGE…: install what is missing, where this is Debian (or its kin) and we may.
debian() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
    local package missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing Debian packages: ${missing[*]}"
    # A stale package list is the usual reason to fail, so the second try renews it.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
        { as_root apt-get update -qq >/dev/null &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } ||
        say "could not install them; please run: sudo apt-get install ${missing[*]}"
}

# install_extras [EXTRAS]: .venv holds the package, editable, with these extras ("player,dev").
install_extras() {
    local extras=${1:-} python stamp wanted
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        python=$(find_python) || exit 1
        "$python" -c 'import ensurepip, venv' 2>/dev/null || debian python3-venv
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            die "$python cannot make virtual environments; on Debian and Ubuntu: sudo apt-get install python3-venv"
        say "Making $venv with $("$python" --version)"
        "$python" -m venv "$venv" || die "could not make $venv"
    fi
    # The stamp holds what was installed: the package's description, and the folder it was installed from.
    stamp="$venv/installed-${extras:-base}"
    wanted="$(pwd) $(cksum <pyproject.toml)"
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    say "Installing vvstream${extras:+ [$extras]} into $venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e ".${extras:+[$extras]}" ||
        die "the installation failed; what pip said stands above"
    printf '%s\n' "$wanted" >"$stamp"
}
