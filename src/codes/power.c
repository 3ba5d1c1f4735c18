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

void
decode_power(struct adding *d)
{
	const struct event *e = d->e;
	uint64_t n;

	if (e->id != 41 || !event_from(e, "Microsoft-Windows-Kernel-Power"))
		return;
	if (field_u64(event_field(e, "BugcheckCode"), &n) && n <= UINT32_MAX)
		add_code(d, (struct fact_id){ "power.bugcheck",
		    "bug check noted" }, CODE_BUGCHECK, (uint32_t)n);
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
