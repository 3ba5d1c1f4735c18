# evtriage: one Makefile, no configure step.  `make help` lists the targets.
#
# Objects of each flavour live in their own folder (build/, build/asan ...),
# so that flavours never mix.

PREFIX	?= /usr/local
BUILD	?= build
CC	?= cc
CFLAGS	?= -O2 -g
WERROR	?=

WARN	= -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion \
	  -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	  -Wcast-qual -Wwrite-strings -Wvla -Wswitch-enum -Wundef \
	  -Wformat=2 -Wno-format-nonliteral
HARDEN	= -fPIE -fstack-protector-strong -fstack-clash-protection \
	  -D_FORTIFY_SOURCE=2
LDHARD	= -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
XML_C	:= $(shell pkg-config --cflags libxml-2.0)
XML_L	:= $(shell pkg-config --libs libxml-2.0)
SAN	?=

VERSION	= 0.1.0
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc -DEVTRIAGE_VERSION='"$(VERSION)"' \
	  -DEVTRIAGE_RULES='"$(PREFIX)/share/evtriage/rules"'
ALL_C	= -std=c11 $(CFLAGS) $(WARN) $(WERROR) $(if $(SAN),$(SAN),$(HARDEN))
ALL_L	= $(if $(SAN),$(SAN),$(LDHARD)) $(LDFLAGS)
LIBS	= $(XML_L) -ldeflate

SRC	= $(sort $(wildcard src/*/*.c))
LIBSRC	= $(filter-out src/cli/main.c,$(SRC))
OBJ	= $(SRC:%.c=$(BUILD)/%.o)
LIBOBJ	= $(LIBSRC:%.c=$(BUILD)/%.o)
FIXSRC	= $(sort $(wildcard tests/fixture/*.c))
FIXOBJ	= $(FIXSRC:%.c=$(BUILD)/%.o)
UNIT	= $(sort $(wildcard tests/unit/test_*.c))
UNITBIN	= $(UNIT:tests/unit/%.c=$(BUILD)/unit/%)

all: $(BUILD)/evtriage ## build the program (default)

$(BUILD)/evtriage: $(OBJ)
	$(CC) $(ALL_C) $(ALL_L) -o $@ $(OBJ) $(LIBS)

$(BUILD)/libevtriage.a: $(LIBOBJ)
	rm -f $@ && ar rcs $@ $(LIBOBJ)

$(BUILD)/src/base/xml.o: CPPFLAGS += $(XML_C)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_C) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(FIXLIB) $(BUILD)/libevtriage.a
	@mkdir -p $(@D)
	$(CC) $(ALL_C) $(ALL_L) -o $@ $(filter %.o,$^) $(BUILD)/libevtriage.a \
	    $(LIBS) -lcmocka

-include $(OBJ:.o=.d) $(FIXOBJ:.o=.d) $(UNIT:%.c=$(BUILD)/%.d)

.PHONY: all
