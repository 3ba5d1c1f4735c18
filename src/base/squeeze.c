/*
 * The one door to liblz4.  It costs next to nothing beside reading a log,
 * and its decompressor is made for bytes that cannot be trusted; zlib's
 * family (libdeflate is here already) gets them smaller at several times the
 * cost.
 */
#include <lz4.h>
#include "base/die.h"
#include "base/pack.h"
#include "base/squeeze.h"

/* A byte says at most so many. */
enum { LZ4_RATIO = 255 };

void
squeeze(struct out *o, struct span s)
{
	int most = LZ4_compressBound((int)s.n), n;
	char *to;

	if (s.n > SQUEEZE_MOST)
		die("more than can be squeezed");
	pack_u64(o, s.n);
	if (s.n == 0)
		return;
	to = out_fit(o, out_place(o), (size_t)most);
	n = LZ4_compress_default((const char *)s.p, to, (int)s.n, most);
	/* With room for the worst it has nothing else to fail for. */
	if (n <= 0)
		die("out of memory");
	out_wrote(o, to + n);
}

size_t
squeezed_length(struct span s)
{
	struct rd r = rd_init(s);

	return (size_t)rd_pack_below(&r, SQUEEZE_MOST + 1);
}

bool
unsqueeze(struct out *o, struct span s)
{
	struct rd r = rd_init(s);
	size_t most = (size_t)rd_pack_below(&r, SQUEEZE_MOST + 1);
	size_t left = rd_left(&r);
	int n = -1;
	char *to;

	o->n = 0;
	if (!rd_ok(&r) || most == 0)
		return rd_ok(&r) && left == 0;
	if (left > INT32_MAX || most / LZ4_RATIO > left)
		return false;
	to = out_fit(o, out_place(o), most);
	n = LZ4_decompress_safe((const char *)s.p + r.at, to, (int)left,
	    (int)most);
	out_wrote(o, to + (n == (int)most ? n : 0));
	return n == (int)most;
}
