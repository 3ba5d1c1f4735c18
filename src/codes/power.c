/*
 * Kernel-Power 41: the restart that no shutdown preceded.  Fields by name,
 * since every release appended some.  The time of the power button is a
 * FILETIME printed in decimal; 0 says that nobody held it.
 */
#include "base/clock.h"
#include "codes/add.h"

/* Did somebody hold the button? */
static bool
button(const struct event *e, uint64_t *time)
{
	uint64_t held;

	*time = 0;
	(void)field_u64(event_field(e, "PowerButtonTimestamp"), time);
	return *time != 0 || (field_u64(event_field(e,
	    "LongPowerButtonPressDetected"), &held) && held != 0);
}

/* Here 0 is no bug check: none was noted. */
static void
add_noted(struct adding *d, uint32_t code)
{
	struct fact_id id = { "power.bugcheck", "bug check noted" };
	struct fact *fact;

	if (code != 0) {
		add_code(d, id, CODE_BUGCHECK, code);
		return;
	}
	fact = add_word(d, id, 0);
	if (fact != NULL)
		fact->meaning = "none";
}

void
decode_power(struct adding *d)
{
	const struct event *e = d->e;
	uint64_t n;

	if (e->id != 41 || !event_from(e, "Microsoft-Windows-Kernel-Power"))
		return;
	if (field_u64(event_field(e, "BugcheckCode"), &n) && n <= UINT32_MAX)
		add_noted(d, (uint32_t)n);
	if (button(e, &n))
		add_number(d, (struct fact_id){ "power.button",
		    "power button held" }, 1);
	if (n != 0 && n < CLOCK_LIMIT)
		add_time(d, (struct fact_id){ "power.button_time",
		    "power button held at" }, n);
	if (field_u64(event_field(e, "SleepInProgress"), &n))
		add_number(d, (struct fact_id){ "power.sleep",
		    "sleep in progress" }, n);
}
