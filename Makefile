# evtriage: one Makefile, no configure step.  `make help` lists the targets.
#
# Objects of each flavour live in their own folder (build/, build/asan ...),
# so that flavours never mix.

PREFIX	?= /usr/local
BUILD	?= build
CC	?= cc
CFLAGS	?= -O2 -g
WERROR	?=
SAN	?=
CORPUS	?= $(EVTRIAGE_CORPUS)

WARN	= -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion \
	  -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	  -Wcast-qual -Wwrite-strings -Wvla -Wswitch-enum -Wundef \
	  -Wformat=2 -Wno-format-nonliteral
HARDEN	= -fPIE -fstack-protector-strong -fstack-clash-protection \
	  -D_FORTIFY_SOURCE=2
LDHARD	= -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
XML_C	:= $(shell pkg-config --cflags libxml-2.0 2>/dev/null)
XML_L	:= $(shell pkg-config --libs libxml-2.0 2>/dev/null || echo -lxml2)

VERSION	= 0.1.0
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc -DEVTRIAGE_VERSION='"$(VERSION)"' \
	  -DEVTRIAGE_RULES='"$(PREFIX)/share/evtriage/rules"'
ALL_C	= -std=c11 $(CFLAGS) $(WARN) $(WERROR) $(if $(SAN),$(SAN),$(HARDEN))
ALL_L	= -Wl,--build-id $(if $(SAN),$(SAN),$(LDHARD)) $(LDFLAGS)
LIBS	= $(XML_L) -ldeflate -llz4 -larchive -levtx -lbfio -lseccomp \
	  $(if $(COVER),$(PROFILE))

SRC	= $(sort $(wildcard src/*/*.c))
OBJ	= $(SRC:%.c=$(BUILD)/%.o)
LIBOBJ	= $(filter-out %/cli/main.o,$(OBJ))
FIXSRC	= $(sort $(wildcard tests/fixture/*.c))
FIXOBJ	= $(FIXSRC:%.c=$(BUILD)/%.o)
FIXLIB	= $(filter-out %/mkfixture.o,$(FIXOBJ))
UNIT	= $(sort $(wildcard tests/unit/test_*.c))
UNITBIN	= $(UNIT:tests/unit/%.c=$(BUILD)/unit/%)
PY	= /usr/bin/python3
FUZZ	:= $(shell sed -n 's/^void	fuzz_\([a-z]*\).*const uint8_t.*/\1/p' tests/fuzz/fuzz.h)
FUZZOBJ	= $(BUILD)/tests/fuzz/targets.o $(BUILD)/tests/fuzz/decoding.o \
	  $(BUILD)/tests/fuzz/frames.o $(BUILD)/tests/fuzz/gates.o \
	  $(BUILD)/tests/fuzz/told.o $(BUILD)/tests/fuzz/language.o \
	  $(BUILD)/tests/fuzz/image.o $(BUILD)/tests/fuzz/sent.o
MUTANTS	?= 4000
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	  -fno-omit-frame-pointer

# What the samples are made of, and what is made of it.
SAMPLES_SRC = $(sort $(wildcard samples/src/*.txt samples/src/fleet/*.txt))

DEPS	= gcc clang make pkg-config libevtx-dev libbfio-dev libxml2-dev \
	  libcmocka-dev libseccomp-dev libdeflate-dev libarchive-dev \
	  liblz4-dev
DEPS_TEST = mingw-w64-common libxml2-utils python3 python3-jsonschema \
	  python3-evtx libevtx-utils libevt-utils libevt-dev jq zip zstd xz-utils \
	  libclang-rt-14-dev
DEPS_ANALYSE = clang-tidy clang-tools cppcheck llvm

all: $(BUILD)/evtriage $(BUILD)/rules.image ## build the program (default)

$(BUILD)/evtriage: $(OBJ)
	@echo "  LINK  $@"
	@$(CC) $(ALL_C) $(ALL_L) -o $@ $(OBJ) $(LIBS)

# The rules as this program reads them, so that a scan need not read them.
$(BUILD)/rules.image: $(BUILD)/evtriage $(wildcard rules/*.xml) rules/rule.rng
	@echo "  RULES $@"
	@$(BUILD)/evtriage rules image rules >$@.$$$$ && mv $@.$$$$ $@ || \
	    { rm -f $@.$$$$ $@; echo "make: there are mistakes in rules/," \
	    "see above; $(BUILD)/evtriage itself is built" >&2; exit 1; }

$(BUILD)/libevtriage.a: $(LIBOBJ)
	@rm -f $@
	@$(if $(COVER),ld -r -o $@,ar rcs $@) $(LIBOBJ)

$(BUILD)/mkfixture: $(FIXOBJ) $(BUILD)/libevtriage.a
	@echo "  LINK  $@"
	@$(CC) $(ALL_C) $(ALL_L) -o $@ $^ $(LIBS)

# libevt for tests alone: it must not meet libevtx in one program.
$(BUILD)/evt_lines: $(BUILD)/tests/oracle/evt_lines.o
	@echo "  LINK  $@"
	@$(CC) $(ALL_C) $(ALL_L) -o $@ $< -levt -lbfio

$(BUILD)/src/base/xml.o $(BUILD)/tests/fuzz/gates.o: CPPFLAGS += $(XML_C)
$(BUILD)/src/%.o: ALL_C += $(COVER)
$(BUILD)/tests/%.o: CPPFLAGS += -Itests -Itests/unit

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $@"
	@$(CC) $(CPPFLAGS) $(ALL_C) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(FIXLIB) $(BUILD)/libevtriage.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_C) $(ALL_L) -o $@ $^ $(LIBS) -lcmocka

-include $(OBJ:.o=.d) $(FIXOBJ:.o=.d) $(UNIT:%.c=$(BUILD)/%.d) \
	  $(wildcard $(BUILD)/tests/fuzz/*.d)

deps: ## install the Debian packages that building and testing need
deps-analyse: DEPS += $(DEPS_ANALYSE) ## the same, and what analyse and cover need
deps deps-analyse:
	@missing=$$(for p in $(DEPS) $(DEPS_TEST); do \
	    dpkg-query -W -f='$${Status}\n' $$p 2>/dev/null | \
	    grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    run=; [ $$(id -u) = 0 ] || run=sudo; \
	    $$run apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq \
	    --no-install-recommends $$missing; fi

demo: $(BUILD)/evtriage ## diagnose the sample logs
	$(BUILD)/evtriage scan samples/iis-stop-3f.evt
	$(BUILD)/evtriage scan samples/srv-2020-2003.evt
	$(BUILD)/evtriage scan samples/nt351-stop-7f.evt
	$(BUILD)/evtriage scan samples/nt4-virtual-memory.evt

unit: $(UNITBIN) ## run the unit tests
	@for t in $(UNITBIN); do $$t || exit 1; done

cli: $(BUILD)/evtriage $(BUILD)/mkfixture ## run the tests of the command line
	tests/cli/run $(BUILD)

bless: $(BUILD)/evtriage $(BUILD)/mkfixture ## take today's outputs as golden
	tests/cli/run --bless $(BUILD)

samples: $(BUILD)/mkfixture ## make the sample logs from their descriptions
	samples/src/make $(BUILD)/mkfixture samples

tables: ## write the code tables anew from the headers
	src/codes/gen_tables

lint: ## layers, sizes, words: what a compiler does not check
	$(PY) tests/lint/lint
	src/codes/gen_tables --check
	xmllint --noout --relaxng rules/bugchecks.rng rules/bugchecks.xml

ORACLE	= $(if $(wildcard /usr/include/libevt.h),$(BUILD)/evt_lines)

CHECKED	= $(BUILD)/evtriage $(BUILD)/rules.image $(BUILD)/mkfixture $(BUILD)/replay $(BUILD)/faults.so \
	  $(UNITBIN) $(ORACLE)

check: $(CHECKED) ## all tests; less than a minute of two cores
	tests/check $(BUILD)

decoded: $(BUILD)/evtriage ## how much data of the logs in EVTRIAGE_CORPUS is decoded
	tests/cli/decoded $(BUILD)

check-asan: ## all tests under AddressSanitizer and UBSan
	$(MAKE) check BUILD=build/asan CFLAGS='-O1 -g' WERROR=-Werror \
	    SAN='$(SANITIZE)'

analyse: ## gcc -fanalyzer, clang-tidy, scan-build, cppcheck; ten minutes of two cores
	@tests/analyse $(CPPFLAGS) $(XML_C) -Itests -std=c11

# Counters in mapped files (%c): children count that are killed, and nothing
# is lost when many run at once.  Programs whose counters look alike share a
# file (%m), so all tests have all of src/ in one order (libevtriage.a is one
# object then; a test may have a function of its own in place of one).
PROFILE	= -fprofile-instr-generate=$(CURDIR)/build/cover/profiles/%c%m.profraw
cover: ## which lines and branches of src/ the tests reach; gates of tests/cover
	@$(MAKE) cover-programs BUILD=build/cover CC=clang CFLAGS='-O1 -g' \
	    COVER='$(PROFILE) -fcoverage-mapping -mllvm -runtime-counter-relocation' \
	    LDFLAGS='-Wl,-z,muldefs'
	tests/cover build/cover

cover-programs: $(CHECKED)

$(BUILD)/replay: $(BUILD)/tests/fuzz/replay.o $(FUZZOBJ) $(BUILD)/libevtriage.a
	@echo "  LINK  $@"
	@$(CC) $(ALL_C) $(ALL_L) -o $@ $^ $(LIBS)

$(BUILD)/fuzz/%: tests/fuzz/libfuzzer.c $(FUZZOBJ) $(BUILD)/libevtriage.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CPPFLAGS) -Itests $(ALL_C) $(ALL_L) -fsanitize=fuzzer -DTARGET=fuzz_$* -o $@ $^ $(LIBS)

fuzz-targets:
	@echo $(FUZZ)

fuzz-programs: $(FUZZ:%=$(BUILD)/fuzz/%)


FUZZ_SECONDS ?= 60
fuzz: ## fuzz every target (FUZZ_SECONDS=60 each) with clang and libFuzzer
	@$(MAKE) fuzz-programs BUILD=build/fuzz CC=clang CFLAGS='-O1 -g' \
	    SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
	@for t in $(FUZZ); do mkdir -p build/fuzz/found/$$t; \
	    build/fuzz/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -timeout=5 \
	    -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 $(FUZZ_FLAGS) \
	    -artifact_prefix=build/fuzz/crash-$$t- \
	    build/fuzz/found/$$t tests/fuzz/seeds/$$t || exit 1; done

# Of which the tests of every day make the time up.
TIMED	= $(patsubst %,$(BUILD)/unit/test_%,pool pool_crash pool_faults \
	  pool_protocol pool_queue second_reader)

soak: ## what takes long: many mutants, more than 65,535 chunks, 10,000 logs
	@$(MAKE) build/asan/unit/test_mutate BUILD=build/asan CFLAGS='-O1 -g' \
	    SAN='$(SANITIZE)'
	EVTRIAGE_MUTANTS=$(MUTANTS) build/asan/unit/test_mutate
	@$(MAKE) all $(BUILD)/mkfixture $(TIMED)
	for t in $(TIMED); do EVTRIAGE_REAL_TIME=1 $$t || exit 1; done
	tests/soak/many_chunks $(BUILD)
	tests/soak/fleet $(BUILD)
	tests/diff/readers $(BUILD) 800

$(BUILD)/faults.so: tests/faults/faults.c
	@echo "  CC    $@"
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -std=c11 -O2 -g $(WARN) $(WERROR) -shared -fPIC -o $@ $<

faults: all $(BUILD)/faults.so ## make every call fail once: memory, files, sockets (slow)
	tests/faults/run $(BUILD)
	@$(MAKE) all build/asan/faults.so BUILD=build/asan CFLAGS='-O1 -g' \
	    SAN='$(SANITIZE)'
	tests/faults/run build/asan

$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libevtriage.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_C) $(ALL_L) -o $@ $^ $(LIBS)

bench: $(BUILD)/evtriage $(BUILD)/mkfixture $(BUILD)/bench/sum $(BUILD)/bench/stages $(BUILD)/bench/mkbig ## speed, as ratios (needs 2 GB of disk; BENCH=--full 9 GB)
	tests/bench/bench $(BUILD) $(BENCH)

fmt: ## show where clang-format would differ (advice, not law)
	clang-format --dry-run $(SRC) 2>&1 | head -50

install: $(BUILD)/evtriage $(BUILD)/rules.image ## install under PREFIX (/usr/local), DESTDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/evtriage/rules
	install -m 755 $(BUILD)/evtriage $(DESTDIR)$(PREFIX)/bin/
	install -m 644 rules/*.xml rules/*.rng $(BUILD)/rules.image $(DESTDIR)$(PREFIX)/share/evtriage/rules/

clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 16

.PHONY: all decoded deps demo unit cli bless samples tables lint check check-asan \
	analyse cover cover-programs deps-analyse \
	bench soak faults fuzz fuzz-programs fuzz-targets fmt install clean help
.SECONDARY:
