#!/bin/bash
# Seeds for the fuzz targets, made by the fixture writer: small, one of each
# kind.
#
#	tests/fuzz/seeds.sh MKFIXTURE FOLDER
set -eu
make=$(realpath "$1")
evtriage=$(dirname "$make")/evtriage
for t in $(make -s fuzz-targets); do
	mkdir -p "$2/$t"
done
out=$(realpath "$2")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

small() {		# small NAME LINES...
	local name=$1
	shift
	printf '%s\n' 'computer SRV' 'channel System' 'provider Test' \
	    'time 2020-01-01T00:00:00Z' event 'id 7' "$@" >"$tmp/$name.txt"
	"$make" "$tmp/$name.txt" "$tmp/$name.evtx"
	smalls+=("$name")
}

smalls=()

small strings 'qualifiers 0xC000' 'string one' 'string two' 'words 11111111'
small named 'data text a=x' 'data uint32 b=7' 'data hex64 c=0x10' \
    'data guid d={00112233-4455-6677-8899-aabbccddeeff}' \
    'data sid e=S-1-5-18' 'data bool f=true' 'data binary g=0102'
small arrays 'data texts a=x|y|z' 'data uint16s b=1|2' 'data hex64s c=0x1|0x2'
small user userdata 'data text a=x' 'message hello'
small literal literal 'string one'
small dependent dependent 'string one'
small two 'string a' event 'id 8' 'string b'
# Behind the chunk header up to the zeros at the end.
python3 - "$tmp" "$out" "${smalls[@]}" <<'P'
import sys
tmp, out, *names = sys.argv[1:]
for name in names:
    b = open(f"{tmp}/{name}.evtx", "rb").read()[4608:].rstrip(b"\0")
    open(f"{out}/chunk/{name}", "wb").write(b + bytes(-len(b) % 8))
    open(f"{out}/record/{name}", "wb").write(b[24:])
P

printf '%s\n' 'computer SRV' 'provider Test' 'qualifiers 1' \
    'time 1999-01-01T00:00:00Z' event 'id 7' 'string one' 'words 11111111' \
    'user S-1-5-18' 'repeat 3 every 1m' >"$tmp/evt.txt"
"$make" "$tmp/evt.txt" "$out/log/plain.evt"
"$make" "$tmp/evt.txt" "$out/log/split.evt"
for fault in evt-dirty evt-stale evt-no-end evt-size-0; do
	"$make" --fault $fault "$tmp/evt.txt" "$out/log/$fault.evt"
done
head -c 400 "$out/log/plain.evt" >"$out/log/cut.evt"
# Raw bytes, since nothing stands where it should.
{ printf x; cat "$out/log/split.evt"; } >"$out/log/raw-split"
cat >"$out/log/event.xml" <<'X'
<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
<System><Provider Name="Test"/><EventID Qualifiers="1">7</EventID>
<TimeCreated SystemTime="2020-01-01T00:00:00.0000000Z"/><EventRecordID>1</EventRecordID>
<Channel>System</Channel><Computer>SRV</Computer><Security UserID="S-1-5-18"/></System>
<EventData><Data>one</Data><Data Name="b">&lt;&#x41;</Data><Binary>0102</Binary></EventData>
</Event><Event><!-- x --><System/></Event></Events>
X
iconv -f UTF-8 -t UTF-16 "$out/log/event.xml" >"$out/log/utf16.xml"

# An event of decoding.c's provider number; strings; data as hexadecimal.
facts() {		# facts NAME PROVIDER ID DATA STRING...
	(IFS=$'\t'; echo "$*") >>"$tmp/facts"
}

packet=0000040001005400000000002a0700c0000000009a0000c0
packet+=000000000000000000000000000000000000000000000000
zeros=00000000000000000000000000000000
facts srv 0 2020 ${packet/2a07/e407}0b000000
facts netbt 1 4321 0000040001005400000000000e1100c0${packet:32:48}7f000001
facts disk 2 11 0f00680001000000000000000b0004c000010000${packet:40}$zeros$zeros
facts cdrom 3 51 0400300001000000000000003300048002000000${packet:40}$zeros
facts storport 5 129 0f00180001000000000000008100040000000000${packet:40}$zeros
facts inventory 8 6013 \
    31002e003100000030000000570069006e0064006f0077007300000035002e00320000
facts time 8 6008 d4070a0001001200070014001e00000009000000$zeros
facts stop 12 1001 '' \
    '0x0000007f (0x00000008, 0x00000000, 0x00000000, 0x00000000)' \
    'C:\Windows\MEMORY.DMP'
facts error 13 1003 '' 1000007f 00000008 00000000 00000000 00000000
facts user32 14 1074 ff000080 a b c
facts service 15 7036 530065007200760000000400
facts cper 16 18 4350455210000000$zeros$zeros$zeros$zeros$zeros$zeros
facts dns 17 1014 0200003500000000$zeros
facts dns6 17 1014 1700003500000000$zeros$zeros
facts status 20 5719 5e0000c0
facts wins 18 4261 3b1000000c022e890000000081d80100
python3 - "$out/facts" "$tmp/facts" <<'P'
import sys
for line in open(sys.argv[2]):
    name, provider, event, data, *strings = line.rstrip("\n").split("\t")
    b = bytes([int(provider)]) + int(event).to_bytes(2, "little")
    b += bytes([len(strings)])
    for s in strings:
        b += bytes([len(s)]) + s.encode()
    open(f"{sys.argv[1]}/{name}", "wb").write(b + bytes.fromhex(data))
P

paste() {		# paste NAME TEXT
	printf '%b' "$2" >"$out/paste/$1"
}

paste words '0000: 00040000 00540001 00000000 c00007e4\n0010: 00000000 c000009a'
paste bytes '0000: 5e 00 00 c0   ^..\n'
paste code 'c00000022'
paste decimal '-1073741670 %%1053 32.'
paste stop '*** STOP: 0x0000000A (0x0, 0x2, 0x0, 0x8)'
paste kd 'BugCheck 7F, {8, 80042000, 0, 0}'
paste glob 'STATUS_INSUFF*'
paste meaning ':paged pool'
paste labels 'Event ID: 2020\nSource: Srv\nData:\n0000: 00040000 00540001'
paste element '<Binary>000004000100540000000000E40700C0</Binary>'
paste event '<Event><System><Provider Name="Srv"/><EventID>1</EventID></System>'\
'<EventData><Data>a</Data><Binary>0102</Binary></EventData></Event>'
paste quotes '\xe2\x80\x9c0xC0000022\xe2\x80\x9d \xe2\x80\x93 \xff'

# Steps of frames.c.
steps() {		# steps NAME TEXT
	printf '%b' "$2" >"$out/frames/$1"
}

steps whole 'b\x03abcb\x02dedb\x01xd'
steps last 'b\x03abce\x02dee\x01fd'
steps again 'b\x03abcab\x02abb\x02cdd'
steps shorter 'b\x03abcab\x02abd'
steps differs 'b\x03abcab\x03abxb\x01yd'
steps early 'b\x01xdt\x03\x00\x00\x01y'
steps kinds 't\x01\x00\x00\x04abcdt\x04\x00\x00\x00t\x03\x01\x00\x01x'
steps order 't\x03\x00\x01\x01xnb\x01xt\x03\x00\xff\x01x'
steps raw 'r\x24FTVE\x03\x00\x00\x00\x01\x00\x00\x00r\x00'

gates() {		# gates NAME TEXT
	printf '%b' "$2" >"$out/gates/$1"
}

python3 -c '
import sys
open(sys.argv[1], "wb").write(bytes(range(256)))
open(sys.argv[2], "wb").write(b"".join(
    chr(c).encode("utf-8", "surrogatepass") for c in [*range(0x20, 0x800),
    *range(0x2000, 0x2070), *range(0xD7F0, 0xD810), *range(0xDBF0, 0xDC10),
    *range(0xDFF0, 0xE010), *range(0xFDF0, 0x10010), 0xE0001, 0xE0041,
    0x10FFFF, 0xFF1D, 0x3164, 0x2800]))' "$out/gates/bytes" "$out/gates/planes"
gates empty ''
gates formula '=cmd|'"'"'/C calc'"'"'!A0'
gates formula-tab '\t=1+1'
gates formula-cr '\r+1'
gates formula-behind '  @SUM(1;2),"x"'
gates apostrophe "'=1"
gates wide '\xef\xbc\x9d1+1'
gates escape '\x1b[31m\x1b]0;x\x07\xc2\x9b2J\x7f'
gates bidi 'gpj\xe2\x80\xaeexe.\xe2\x81\xa6x\xe2\x81\xa9\xe2\x80\x8b\xef\xbb\xbf'
gates lines 'a\r\nb\nc\xe2\x80\xa8d\xe2\x80\xa9e\x00f'
gates surrogates '\xed\xa0\x80\xed\xb0\x80 \xed\xbf\xbf'
gates invalid '\xff\xfe\xc0\xaf\xe0\x80\xaf\xf5\x80\x80\x80\xe2\x82'
gates script '</script><script>alert(1)</script><!-- " onload='"'"'x -->'
gates cdata ']]><![CDATA[ <?x?> &amp; &#38; &lt &#x202e; &bogus;'
gates md-link '[x](javascript:alert(1)) ![y](//h/p.png "t") <http://h>'
gates md-ticks '`` ` ```` a `'
gates md-tick '`'
gates md-tick-first '`a'
gates md-spaces '  '
gates md-padded ' a '
gates md-table '| a \\| b | `c|d` |\\\\|'
gates md-head '# h'
gates md-item '12. x'
gates md-rule '- - -'
gates md-fence '~~~ x'
gates md-words 'a_b _c_ **d** ~~e~~ $f$ :+1: @who #12 www.h.example http://h'
gates md-html '<b onclick="x">&nbsp;<!--'
gates url 'https://h.example/a b?x=1&y=%41%zz(")\\<'
gates url-script 'JaVaScRiPt:alert(1)'

# Images of rules, behind their heads, which tell what program made them.
image() {		# image NAME RULE
	mkdir "$tmp/$1"
	cat >"$tmp/$1/$1.xml"
	"$evtriage" rules image "$tmp/$1" | tail -c +33 >"$out/image/$1"
}

image plain <<'X'
<rule id="plain" problem="p" severity="high" verdict="fault"><title>t</title>
<when><event provider="Srv" id="2020"/></when><diagnosis>d</diagnosis>
<cause>c</cause><remedy><step>s</step></remedy>
<example expect="none" note="n"/></rule>
X
image full <<'X'
<rule id="full" problem="p" severity="high" verdict="known-bug" kind="symptom"
at-most="likely"><title>{string.1}</title><applies else="possible">
<os version="5.2" build="1-3790" sp="0-1" server="yes" bits="32" role="iis"
says="o"/><os role="dns" says="q"/></applies><when within="1h" same="string.1">
<event as="a" anchor="yes" provider="Srv|S*v" id="1-3,5"><part name="part.x"
of="string.1" regex="([a-z]+)x?"/><fact name="string.1" like="a|b*|?c"/>
<fact name="part.x" not="yes" regex="z{2,3}"/><fact name="string.2"
equals="string.1"/><fact name="event.id" one-of="1 0x2 STATUS_NO_MEMORY"/>
<fact name="binary.u32.0" half="high" is="5"/><fact name="event.level" max="9"/>
<fact name="string.2" kind="ipv4-none"/><show fact="string.2"/></event>
<sequence within="10m"><event provider="A" id="1"/><event provider="B" id="*"
min="3" per="1m" distinct="string.1"/></sequence><any><event class="bugcheck"/>
<event provider="C" id="1" every="1h" early="5m" log="Application"/></any>
<none says="n" within="boot"><event provider="D" id="100-300"/></none></when>
<benign says="b" side="after"><event provider="E" id="1"/></benign>
<support says="s" missing="unmet" weight="3"><event provider="F" id="1"/>
</support><support says="c" within="2m" computers="3"/>
<check file="a.sys" older="1.2">f</check><check pooltag="Abcd" leads="paged">l
</check><group by="string.1"/><escalate severity="critical" min="2" per="1h"/>
<explains problem="x*" within="boot"/><diagnosis>{count} {bugcheck.code|steps}
</diagnosis><cause>c</cause><remedy><step risk="data">s<command>k</command>
</step></remedy><reference kb="886670" title="t" url="u"/>
<example expect="none" note="n"/></rule>
X

# Files of several chunks, as targets.c has them: repaired by it or not.
printf '%s\n' 'computer SRV' 'provider Test' event 'id 7' \
    'time 2020-01-01T00:00:00Z' 'string one' 'string two' \
    'repeat 2 every 1m' >"$tmp/file.txt"
"$make" "$tmp/file.txt" "$tmp/file.evtx"
python3 - "$tmp/file.evtx" "$out/evtx" <<'P'
import sys
f = open(sys.argv[1], "rb").read()


def piece(how, chunk):
    b = chunk.rstrip(b"\0")
    b += bytes(-len(b) % 8)
    return bytes([how]) + len(b).to_bytes(2, "little") + b


def numbered(first):
    """The chunk with other record numbers."""
    b, at = bytearray(chunk), 512
    for n in range(first, first + 3):
        b[at + 8:at + 16] = n.to_bytes(8, "little")
        at += int.from_bytes(b[at + 4:at + 8], "little")
    for at, n in (8, first), (16, first + 2), (24, first), (32, first + 2):
        b[at:at + 8] = n.to_bytes(8, "little")
    return bytes(b)


head, chunk = f[:128], f[4096:4096 + 65536]
seeds = {
    "one": piece(3, chunk), "as-it-is": piece(0, chunk),
    "three": piece(3, numbered(1)) + piece(3, numbered(4)) +
    piece(3, numbered(7)),
    "swapped": piece(3, numbered(4)) + piece(3, numbered(1)),
    "gap": piece(3, numbered(1)) + piece(3, numbered(1000)),
    "twice": piece(3, chunk) * 2,
    "empty-between": piece(3, numbered(1)) + piece(0, b"") +
    piece(3, numbered(4)),
    "damaged": piece(3, numbered(1)) + piece(0, numbered(4)[:700]) +
    piece(2, numbered(7)),
}
for name, b in seeds.items():
    open(f"{sys.argv[2]}/{name}", "wb").write(head + b)
P

# Edits of told.c.
edits() {		# edits NAME TEXT
	printf '%b' "$2" >"$out/harvest/$1"
}

edits whole '\x00'
edits whole-evt '\x01'
edits whole-two '\x02'
edits number '\x00n\x03\x01\x00\x02\xff\xff'
edits number-long '\x01n\x05\x02\x00\x08\xff\xff\xff\xff\xff\xff\xff\xff'
edits byte '\x00b\x02\x04\x00\x01\x80i\x02\x05\x00\x01\x1b'
edits cut '\x00c\x02\x09\x00'
edits kind '\x00k\x02\x01\x05k\x03\x01\x03'
edits order '\x02d\x01t\x02s\x03m\x04'
edits end '\x02d\xffd\xfe'

squeezed() {		# squeezed NAME BYTES
	printf '%b' "$2" >"$out/squeeze/$1"
}

squeezed empty '\x00'
tail='\xc0opqrstuvwxyz'
squeezed run '\x11\x10a\x01\x00'"$tail"
squeezed long '\xac\x02\x3fabc\x03\x00\xff\x0b'"$tail"
squeezed plain '\x10\xf0\x01abcdefghijklmnop'
squeezed before '\x11\x10a\x02\x00'"$tail"
squeezed nowhere '\x11\x10a\x00\x00'"$tail"
squeezed more '\x10\x10a\x01\x00'"$tail"
squeezed cut '\x14\x1fa\x01\x00\xff'

# Edits of sent.c.
for n in 0 1 2 3 4 5; do
	printf '%b' "\x0$n" >"$out/sent/whole-$n"
	printf '%b' "\x0$n\x00\x02\x03\x00\xff\x01\x01\x00\x00\x1b" \
	    >"$out/sent/bytes-$n"
	printf '%b' "\x0$n\x02\x01\x02\x00\x00" >"$out/sent/cut-$n"
	printf '%b' "\x0$n\x04\x00\x00\x00\x00\x03\xff\x00\x00\x00" \
	    >"$out/sent/order-$n"
	printf '%b' "\x0$n\x05\x01\x00\x00\x04\x05\x02\x00\x00\x01" \
	    >"$out/sent/kinds-$n"
done

part() {		# part NAME LINES...
	local name=$1
	shift
	printf '%s\n' "$@" >"$out/part/$name"
}

data() {		# data TEXT: base64
	printf '%b' "$1" | base64 -w0
}

end() {			# end LINES
	echo '{"end":'"$1"',"apart":true,"layers":15}'
}

head='{"part":"evtriage.part/4","version":"0.1.0","rules":"0123456789abcdef"'
head+=',"shard":1,"shards":1}'
part whole "$head" \
    '{"seq":1,"kind":"file","inside":true,"logs":1,"data":"'"$(
    data '\x03d/a\x00')"'"}' \
    '{"seq":2,"kind":"file","inside":true,"logs":0,"data":"'"$(
    data '\x03d/b\x04gone')"'"}' \
    '{"seq":3,"kind":"file","inside":false,"logs":1,"data":"'"$(
    data '\x03d/c\x00\x7fno harvest')"'"}' \
    '{"seq":4,"kind":"problem","data":"'"$(data '\x01e\x04gone')"'"}' \
    '{"seq":5,"kind":"folder","again":1,"told":0,"data":"'"$(
    data '\x01d')"'"}' "$(end 5)"
part empty "$head" "$(end 0)"
part cut "$head" '{"seq":1,"kind":"fi'
part end "$head" "$(end 7)" 'more'
part order "$head" '{"seq":2,"kind":"problem","data":"AWUA"}' \
    '{"seq":1,"kind":"problem","data":"AWUA"}' "$(end 2)"
part letters "$head" '{"seq":2,"kind":"problem","data":"A*=A"}' "$(end 1)"
printf '\x02\x01\x00' >"$out/part/harvest"

# The language's own tests are rules of every kind.
for f in tests/rules/*.xml; do
	cp "$f" "$out/rules/"
done

regex() {		# regex NAME PATTERN TEXT
	printf '%s\n%s' "$2" "$3" >"$out/regex/$1"
}

regex class '[a-z_][^0-9]+' 'ab_c'
regex group '(ab|c)*d{2,3}' 'ababcddd'
regex ends '^\\Device\\(harddisk|cdrom)\d{1,2}$' '\Device\Harddisk12'
regex slow '(a+)+$' 'aaaaaaaaaaaaaaaaaaaaaaaaab'
regex escapes '\d\D\w\W\s\S\.' '1a_- x.'
regex many '((x{9}){9}){9}' 'xxxxxxxxxx'
regex nothing '()|a?b*' ''
regex wrong '[a' 'a'

printf '%s\n' ' Tag  Type     Allocs     Frees      Diff   Bytes  Per Alloc' \
    ' MmSt Paged      5023      3021      2002  1441792     720' \
    ' LSwi Nonp          1         0         1  2576384 2576384' \
    >"$out/exhibits/poolmon"
printf '%s\n' 'srv.sys 5.2.3790.175' 'C:\WINDOWS\system32\ntoskrnl.exe 5.0' \
    >"$out/exhibits/versions"

# Stored, not packed: what packs differs from version to version.
python3 - "$out/packed" "$out/log/event.xml" <<'P'
import io
import sys
import tarfile
import zipfile
import zlib
text = open(sys.argv[2], "rb").read()
with zipfile.ZipFile(f"{sys.argv[1]}/zip", "w") as z:
    for name in "a/b.xml", "c.xml":
        z.writestr(zipfile.ZipInfo(name), text)
with tarfile.open(f"{sys.argv[1]}/tar", "w", format=tarfile.USTAR_FORMAT) as t:
    for name in "a/b.xml", "c.xml":
        i = tarfile.TarInfo(name)
        i.size = len(text)
        t.addfile(i, io.BytesIO(text))
with open(f"{sys.argv[1]}/gz", "wb") as f:
    # A stored block of RFC 1951 between a header and its checksum.
    n = len(text).to_bytes(2, "little")
    f.write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01" + n +
            bytes(x ^ 0xff for x in n) + text +
            zlib.crc32(text).to_bytes(4, "little") +
            len(text).to_bytes(4, "little"))
P
