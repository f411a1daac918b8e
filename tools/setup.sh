#!/usr/bin/env bash
# Installs what building (`tools/setup.sh build`) or building and testing (`tools/setup.sh test`) needs, and only what
# is missing: Debian packages by apt (root or sudo), DuckDB and the web tool chain by npm from their lock files.
# A second run finds everything there and ends within a second.
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(ca-certificates g++ cmake ninja-build pkg-config ccache mold
  libsimdjson-dev libboost1.81-dev libfmt-dev libcli11-dev libxxhash-dev libyaml-cpp-dev
  libzstd-dev zlib1g-dev libssl-dev libcurl4-openssl-dev)
test_packages=(libgtest-dev libbenchmark-dev librapidcheck-dev python3 zstd gzip strace e2fsprogs util-linux mount
  clang-19 libclang-rt-19-dev chromium fonts-dejavu-core)

usage() {
  echo "usage: tools/setup.sh build|test" >&2
  exit 2
}

wanted=("${build_packages[@]}")
case "${1:-}" in
  build) ;;
  test) wanted+=("${test_packages[@]}") ;;
  *) usage ;;
esac

# Node 18 or newer may have come from elsewhere; Debian's is taken when there is none.
node_is_there() { command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null; }
node_is_there || wanted+=(nodejs npm)

missing=()
for package in "${wanted[@]}"; do
  case "$package" in
    g++) command -v g++ >/dev/null && continue ;;
    cmake | python3 | zstd | gzip) command -v "$package" >/dev/null && continue ;;
    ninja-build) command -v ninja >/dev/null && continue ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done

if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "missing Debian packages: ${missing[*]}" >&2
      echo "install them as root: apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# npm ci in a folder, unless what is installed there is what its lock file says.
npm_install() {
  local folder=$1
  if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock"; then
    echo "installing npm packages of $folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
  fi
}
npm_install third_party/duckdb
npm_install web
