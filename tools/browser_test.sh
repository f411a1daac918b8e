#!/usr/bin/env bash
# The page in a real browser, against the built program: test/web/*.test.mjs with Debian's chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
export MILLRACE="${MILLRACE:-$PWD/build/millrace}"
exec node --test test/web/
