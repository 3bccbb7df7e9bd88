# SPDX-License-Identifier: Apache-2.0
"""What gatekeeper itself runs inside a sandbox, as shell scripts. None of their output is trusted.

Before collecting, the shadow's configuration, hooks, attributes and list of borrowed objects are put back as they were:
so an agent that broke them, by mistake or not, does not lose its work, and nothing it configured runs.
"""

from __future__ import annotations

RESTORE = "/run/gatekeeper/restore"
"""Inside: the shadow's first configuration."""

CHECKOUT = ("git", "-c", "checkout.workers=0", "read-tree", "--reset", "-u", "HEAD")

TIDY = """\
set -e
common=$1 admin=$2 restore=$3 leftovers=$4 base=$6
rm -rf -- "$common/config" "$common/config.worktree" "$common/hooks" "$common/info" "$common/shallow" \
  "$common/objects/info" "$admin/config.worktree" "$admin/commondir" "$admin/gitdir"
rm -f -- "$admin"/*.lock "$common"/*.lock
mkdir -p "$common/info" "$common/objects/info" "$common/objects/pack" "$common/refs/heads" "$admin"
for name in config config.worktree info/exclude objects/info/alternates shallow; do
  if [ -e "$restore/$name" ]; then cp -- "$restore/$name" "$common/$name"; fi
done
printf '../..\\n' >"$admin/commondir"
printf '%s/.git\\n' "$PWD" >"$admin/gitdir"
for place in "$common" "$admin"; do [ -f "$place/HEAD" ] || printf '%s\\n' "$base" >"$place/HEAD"; done
head=$(git rev-parse --verify --quiet 'HEAD^{commit}') || {
  rm -rf -- "$admin/HEAD" "$admin/index"
  printf '%s\\n' "$base" >"$admin/HEAD"
  head=$base
}
if [ "$leftovers" = commit ]; then
  git add --all --ignore-errors . >&2 || {
    if [ $? -ge 128 ]; then rm -f -- "$admin/index"; git add --all --ignore-errors . >&2 || true; fi
  }
  if ! git diff-index --cached --quiet "$head" --; then
    git commit --quiet --no-verify --no-gpg-sign --cleanup=verbatim --message "$5" >&2
    head=$(git rev-parse --verify 'HEAD^{commit}')
    printf 'left %s\\n' "$head"
  fi
elif [ -n "$(git status --porcelain 2>&1 | head -c 1)" ]; then
  echo discarded
fi
printf 'head %s\\n' "$head"
git for-each-ref --count=20 --no-merged="$head" --format='other %(objectname) %(refname)' refs/heads
"""

PACK = """\
printf '%s\\n^%s\\n' "$1" "$2" | exec git pack-objects --quiet --revs --stdout --delta-base-offset
"""
