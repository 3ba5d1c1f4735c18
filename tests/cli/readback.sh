#!/bin/bash
# What the fixture writers make, read back by readers that are not ours:
# number of records, ids and computers must agree with our own reading.
#
#	tests/cli/readback.sh BUILD
#
# Exit status 77 when none of the readers is installed.
set -u
cd "$(dirname "$0")/../.."
build=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
checked=0 bad=0

differ() {
	echo "$1: $2 reads other events:"
	diff "$tmp/ours" "$tmp/theirs" | head -n 5
	bad=$((bad + 1))
}

compare() {
	checked=$((checked + 1))
	cmp -s "$tmp/ours" "$tmp/theirs" || differ "$1" "$2"
}

# "ID COMPUTER" a line, in the order of the log.
ours() {
	"$build/evtriage" events --jsonl "$1" | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    e = json.loads(line)
    print(e["event_id"], e["computer"])' >"$tmp/ours"
}

exported() {
	awk '/^Computer name/ { c = $NF }
	    /^Event identifier/ { match($0, /\(([0-9]+)\)/); id = substr($0,
		RSTART + 1, RLENGTH - 2); ids[++n] = id % 65536 }
	    /^Event number/ && n { print ids[n], c }
	    END { if (n) print ids[n], c }' >"$tmp/theirs"
}

python_evtx() {
	/usr/bin/python3 - "$1" >"$tmp/theirs" <<'P'
import re
import sys
import Evtx.Evtx as evtx
with evtx.Evtx(sys.argv[1]) as log:
    for r in log.records():
        x = r.xml()
        print(re.search(r"<EventID[^>]*>(\d+)<", x).group(1),
              re.search(r"<Computer>([^<]*)<", x).group(1))
P
}

for text in samples/src/*.txt samples/src/fleet/*.txt; do
	name=$(basename "$text" .txt)
	"$build/mkfixture" "$text" "$tmp/$name.evtx" || exit 1
	"$build/mkfixture" "$text" "$tmp/$name.evt" || exit 1
	"$build/mkfixture" "$text" "$tmp/$name.split.evt" || exit 1
	if command -v evtxexport >/dev/null; then
		ours "$tmp/$name.evtx"
		evtxexport "$tmp/$name.evtx" | exported
		compare "$name.evtx" evtxexport
	fi
	if /usr/bin/python3 -c 'import Evtx' 2>/dev/null; then
		ours "$tmp/$name.evtx"
		python_evtx "$tmp/$name.evtx"
		compare "$name.evtx" python-evtx
	fi
	command -v evtexport >/dev/null || continue
	for f in "$name.evt" "$name.split.evt"; do
		ours "$tmp/$f"
		evtexport "$tmp/$f" | exported
		compare "$f" evtexport
	done
done
[ $checked -gt 0 ] || { echo "no other reader is installed"; exit 77; }
echo "readback: $checked comparisons, $bad differ"
[ $bad = 0 ]
