/*
 * What libevt reads in a .evt, for tests: a line per record, those that it
 * calls recovered last,
 *
 *	NUMBER ID SECONDS SOURCE COMPUTER DATA STRING...
 *
 * texts as the hexadecimal digits of their UTF-8 ("-" when empty).  A
 * program of its own: libevt and libevtx export the same symbols and must
 * never be linked together.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <libbfio.h>
#include <libevt.h>

static uint8_t buf[1 << 20];

static void
hex(size_t n)
{
	printf(n == 0 ? " -" : " ");
	for (size_t i = 0; i < n; i++)
		printf("%02x", buf[i]);
}

/* n counts the NUL that the library puts behind. */
static void
text(int ok, size_t n)
{
	hex(ok == 1 && n > 0 ? n - 1 : 0);
}

static void
record_print(libevt_record_t *r)
{
	uint32_t number = 0, id = 0, seconds = 0;
	size_t n = 0;
	int strings = 0, ok;

	(void)libevt_record_get_identifier(r, &number, NULL);
	(void)libevt_record_get_event_identifier(r, &id, NULL);
	(void)libevt_record_get_written_time(r, &seconds, NULL);
	printf("%" PRIu32 " %" PRIu32 " %" PRIu32, number, id, seconds);
	ok = libevt_record_get_utf8_source_name_size(r, &n, NULL) == 1 &&
	    n <= sizeof buf;
	text(ok && libevt_record_get_utf8_source_name(r, buf, n, NULL), n);
	n = 0;
	ok = libevt_record_get_utf8_computer_name_size(r, &n, NULL) == 1 &&
	    n <= sizeof buf;
	text(ok && libevt_record_get_utf8_computer_name(r, buf, n, NULL), n);
	n = 0;
	ok = libevt_record_get_data_size(r, &n, NULL) == 1 && n > 0 &&
	    n <= sizeof buf && libevt_record_get_data(r, buf, n, NULL) == 1;
	hex(ok ? n : 0);
	(void)libevt_record_get_number_of_strings(r, &strings, NULL);
	for (int i = 0; i < strings; i++) {
		n = 0;
		ok = libevt_record_get_utf8_string_size(r, i, &n, NULL) == 1 &&
		    n > 0 && n <= sizeof buf;
		text(ok && libevt_record_get_utf8_string(r, i, buf, n, NULL),
		    n);
	}
	printf("\n");
}

typedef int	get_number(libevt_file_t *f, int *n, libevt_error_t **error);
typedef int	get_record(libevt_file_t *f, int i, libevt_record_t **r,
		    libevt_error_t **error);

static void
records_print(libevt_file_t *f, get_number *number, get_record *record)
{
	int n = 0;

	(void)number(f, &n, NULL);
	for (int i = 0; i < n; i++) {
		libevt_record_t *r = NULL;

		if (record(f, i, &r, NULL) != 1)
			continue;
		record_print(r);
		(void)libevt_record_free(&r, NULL);
	}
}

int
main(int argc, char **argv)
{
	libevt_file_t *f = NULL;

	if (argc != 2 || libevt_file_initialize(&f, NULL) != 1 ||
	    libevt_file_open(f, argv[1], LIBEVT_OPEN_READ, NULL) != 1)
		return 1;
	records_print(f, libevt_file_get_number_of_records,
	    libevt_file_get_record_by_index);
	records_print(f, libevt_file_get_number_of_recovered_records,
	    libevt_file_get_recovered_record_by_index);
	(void)libevt_file_free(&f, NULL);
	return 0;
}
