# Sourced by run and test: finds or installs what the program needs, once.
# The caller sets `root` (the project's folder). POSIX sh; nothing here runs on its own.
# shellcheck shell=sh disable=SC2034,SC2154

minimum_python='3.11'
venv="$root/.venv"
python="$venv/bin/python"

# Debian's names; recorded with what each is for in CONTRIBUTING.md.
run_packages='ca-certificates libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1'
test_packages='xvfb xauth openbox xdotool poppler-utils qpdf libnss3-tools'

# say TEXT…: tell the person something, apart from the program's own output.
say() {
    printf '%s\n' "$@" >&2
}

# fail TEXT…: say why and end.
fail() {
    say "$@"
    exit 1
}

# is_new_enough PYTHON [, MODULE]: true when it runs, has the module and is not older than the minimum.
is_new_enough() {
    "$1" -c "import sys${2:-}; sys.exit(sys.version_info[:2] < ($(printf %s "$minimum_python" | tr . ,)))" 2>/dev/null
}

# find_python: sets `base_python` to a Python that is new enough; false when there is none.
find_python() {
    for base_python in python3 python3.13 python3.12 python3.11; do
        is_new_enough "$base_python" && return
    done
    return 1
}

# venv_works: false when cut off, and when the system's Python moved on to a version the venv was not made for.
venv_works() {
    [ ! -e "$venv/incomplete" ] && is_new_enough "$python" ', pip'
}

# can_make_venv: a Python found elsewhere (pyenv, another path) needs no python3-venv of the system.
can_make_venv() {
    find_python && "$base_python" -c 'import ensurepip, venv' 2>/dev/null
}

# missing_packages NAME…: prints those that Debian's package database does not have, also not under a newer name.
missing_packages() {
    present=" $(dpkg-query -W -f='${db:Status-Status} ${Package} ${Provides}\n' |
        sed -n 's/^installed //p' | sed 's/([^)]*)//g; s/,/ /g' | tr '\n' ' ') "
    for package in "$@"; do
        case $present in
            *" $package "*) ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

# install_packages NAMES: installs them as root; an installation that was cut off before is finished first.
install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    if ! { dpkg --configure -a && apt-get -qq update; } >&2; then
        return 1
    fi
    if [ -t 2 ]; then
        # shellcheck disable=SC2086 # the list is words
        apt-get install -y --no-install-recommends $1 >&2
    else
        # shellcheck disable=SC2086 # the list is words
        apt-get -qq install -y --no-install-recommends $1 >/dev/null
    fi
}

# prepare_packages NAME…: has the system packages installed (as root), or names them and ends.
prepare_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        return 0 # another system: its own names; what is missing will show
    fi
    venv_works || can_make_venv || set -- python3 python3-venv "$@"
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "缺少系统软件包，当前用户无权安装。请让管理员执行：" \
            "System packages are missing and this user may not install them. Ask the administrator to run:" \
            "" "    sudo apt-get install --no-install-recommends ${missing% }" "" \
            "然后再次运行本命令。Then run this command again."
    fi
    say "正在安装系统软件包 Installing system packages: ${missing% }"
    install_packages "$missing" ||
        fail "系统软件包没有装成：请检查网络或软件源，再运行一次。" \
            "The system packages could not be installed: check the network or the package source, then run again."
}

# stamp_of FILE: what a finished installation of that requirements file is known by.
stamp_of() {
    cksum <"$root/packaging/$1"
}

# need_writable FOLDER: ends when this user may not change it.
need_writable() {
    [ -w "$1" ] || fail "当前用户不能写入：$1" "This user cannot write to $1"
}

# make_venv: creates the venv anew. The mark `incomplete` stays until a requirements file is wholly installed.
make_venv() {
    find_python ||
        fail "需要 Python $minimum_python 或更新的版本，本机没有。" \
            "Python $minimum_python or newer is needed, and this machine has none."
    need_writable "$root"
    if ! { rm -rf "$venv" && mkdir -p "$venv" && : >"$venv/incomplete" && "$base_python" -m venv "$venv"; }; then
        fail "无法建立 Python 环境：$venv" "The Python environment could not be made: $venv"
    fi
}

# prepare_venv FILE…: installs each requirements file of packaging/ unless its stamp says it is there.
# Pip gets no index option, so a mirror in the person's own configuration serves; hashes guard what comes.
prepare_venv() {
    venv_works || make_venv
    for requirements in "$@"; do
        stamp="$venv/$requirements.stamp"
        [ "$(cat "$stamp" 2>/dev/null)" = "$(stamp_of "$requirements")" ] && continue
        say "正在安装 Python 库（首次约需下载 200 MB，请稍候）：$requirements" \
            "Installing Python libraries (about 200 MB the first time): $requirements"
        need_writable "$venv"
        rm -f "$stamp"
        : >"$venv/incomplete"
        quiet=--quiet
        [ -t 2 ] && quiet=
        # shellcheck disable=SC2086 # an option or nothing
        PIP_USER=0 "$python" -m pip install $quiet --disable-pip-version-check --no-input --require-hashes \
            --only-binary=:all: -r "$root/packaging/$requirements" >&2 ||
            fail "Python 库没有装成：请检查网络，再运行一次。" \
                "The Python libraries could not be installed: check the network, then run again."
        stamp_of "$requirements" >"$stamp"
        rm -f "$venv/incomplete"
    done
}

# prepare FILES PACKAGE…: everything; a second start finds nothing to do and needs no network.
prepare() {
    requirements_files=$1
    shift
    unset PYTHONHOME PYTHONPATH CDPATH
    prepare_packages "$@"
    lock="$root/.cache/setup.lock" # two starts at once: the second waits for the first
    if mkdir -p "$root/.cache" 2>/dev/null && (: >"$lock") 2>/dev/null && command -v flock >/dev/null 2>&1; then
        exec 9>"$lock"
        flock 9
    fi
    # shellcheck disable=SC2086 # the list is words
    prepare_venv $requirements_files
    exec 9>&-
}
