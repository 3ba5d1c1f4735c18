#!/bin/bash
# Seeds for the fuzz targets, made by the fixture writer: small, one of each
# kind.
#
#	tests/fuzz/seeds.sh MKFIXTURE FOLDER
set -eu
make=$(realpath "$1")
mkdir -p "$2"/{log,chunk,record}
out=$(realpath "$2")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

small() {		# small NAME LINES...
	local name=$1
	shift
	printf '%s\n' 'computer SRV' 'channel System' 'provider Test' \
	    'time 2020-01-01T00:00:00Z' event 'id 7' "$@" >"$tmp/$name.txt"
	"$make" "$tmp/$name.txt" "$tmp/$name.evtx"
	# Behind the chunk header up to the zeros at the end.
	tail -c +4609 "$tmp/$name.evtx" | python3 -c '
import sys
b = sys.stdin.buffer.read().rstrip(b"\0")
open(sys.argv[1], "wb").write(b + bytes(-len(b) % 8))
open(sys.argv[2], "wb").write(b[24:])' "$out/chunk/$name" "$out/record/$name"
}

small strings 'qualifiers 0xC000' 'string one' 'string two' 'words 11111111'
small named 'data text a=x' 'data uint32 b=7' 'data hex64 c=0x10' \
    'data guid d={00112233-4455-6677-8899-aabbccddeeff}' \
    'data sid e=S-1-5-18' 'data bool f=true' 'data binary g=0102'
small arrays 'data texts a=x|y|z' 'data uint16s b=1|2' 'data hex64s c=0x1|0x2'
small user userdata 'data text a=x' 'message hello'
small literal literal 'string one'
small dependent dependent 'string one'
small two 'string a' event 'id 8' 'string b'

printf '%s\n' 'computer SRV' 'provider Test' 'qualifiers 1' \
    'time 1999-01-01T00:00:00Z' event 'id 7' 'string one' 'words 11111111' \
    'user S-1-5-18' 'repeat 3 every 1m' >"$tmp/evt.txt"
"$make" "$tmp/evt.txt" "$out/log/plain.evt"
"$make" "$tmp/evt.txt" "$out/log/split.evt"
for fault in evt-dirty evt-stale evt-no-end evt-size-0; do
	"$make" --fault $fault "$tmp/evt.txt" "$out/log/$fault.evt"
done
head -c 400 "$out/log/plain.evt" >"$out/log/cut.evt"
cat >"$out/log/event.xml" <<'X'
<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
<System><Provider Name="Test"/><EventID Qualifiers="1">7</EventID>
<TimeCreated SystemTime="2020-01-01T00:00:00.0000000Z"/><EventRecordID>1</EventRecordID>
<Channel>System</Channel><Computer>SRV</Computer><Security UserID="S-1-5-18"/></System>
<EventData><Data>one</Data><Data Name="b">&lt;&#x41;</Data><Binary>0102</Binary></EventData>
</Event><Event><!-- x --><System/></Event></Events>
X
iconv -f UTF-8 -t UTF-16 "$out/log/event.xml" >"$out/log/utf16.xml"
