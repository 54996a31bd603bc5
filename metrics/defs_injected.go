// Rows of the definition table: results over the whole run that no single request has.
package metrics

// sweepDefs are computed by the sweep line over all records of a phase, failed ones included. Result order is display order.
var sweepDefs = []Def{
	sweepDef("effective_concurrency", "Effective Concurrency", "requests", GroupEffective, "+1 per record on [start, end)"),
	sweepDef("effective_decode_throughput", "Effective Decode Throughput", "tokens/sec", GroupEffective, "decode rate curve"),
	sweepDef("effective_prefill_throughput", "Effective Prefill Throughput", "tokens/sec", GroupEffective, "ISL / (gen - start) per record on [start, gen)"),
	sweepDef("effective_decode_concurrency", "Effective Decode Concurrency", "requests", GroupEffective, "+1 per record on [gen, end)"),
	sweepDef("effective_prefill_concurrency", "Effective Prefill Concurrency", "requests", GroupEffective, "+1 per record on [start, gen)"),
	sweepDef("effective_total_throughput", "Effective Total Throughput", "tokens/sec", GroupEffective, "prefill rate + uniform decode rate (OSL - 1) / (end - gen)"),
	sweepDef("effective_decode_throughput_per_user", "Effective Decode Throughput Per User", "tokens/sec/user", GroupEffective, "decode rate curve / decode concurrency, 0 where that is 0"),
	sweepDef("effective_prefill_throughput_per_user", "Effective Prefill Throughput Per User", "tokens/sec/user", GroupEffective, "prefill rate curve / prefill concurrency, 0 where that is 0"),
	sweepDef("tokens_in_flight", "Tokens In Flight", "tokens", GroupEffective, "ISL from start; output tokens from gen; all released at end"),
	sweepDef("active_decode_throughput", "Active Decode Throughput", "tokens/sec", GroupActive, "decode rate curve restricted to time with decode concurrency > 0"),
	sweepDef("active_prefill_throughput", "Active Prefill Throughput", "tokens/sec", GroupActive, "prefill rate curve restricted to time with prefill concurrency > 0"),
	sweepDef("active_decode_throughput_per_user", "Active Decode Throughput Per User", "tokens/sec/user", GroupActive, "decode rate per user restricted to time with decode concurrency > 0"),
	sweepDef("active_prefill_throughput_per_user", "Active Prefill Throughput Per User", "tokens/sec/user", GroupActive, "prefill rate per user restricted to time with prefill concurrency > 0"),
	sweepDef("active_total_throughput", "Active Total Throughput", "tokens/sec", GroupActive, "total rate curve restricted to time with concurrency > 0"),
}

func sweepDef(tag, header, unit string, group Group, formula string) Def {
	return Def{Tag: tag, Header: header, Unit: unit, Display: unit, Shape: Injected, Group: group, Formula: formula, AbsentWhen: "no record"}
}

// issueDefs count from the instant a request was decided, over all records of the phase that have one, failed ones included.
var issueDefs = []Def{
	{Tag: "credit_to_start_latency", Header: "Credit-to-Start Latency", Unit: "ms", Display: "ms", Shape: Injected,
		Formula: "max(request start - issue, 0) / 1e6 in float64 epoch nanoseconds", AbsentWhen: "no record with an issue instant"},
	{Tag: "effective_latency", Header: "Effective Latency (CO-aware)", Unit: "ms", Display: "ms", Shape: Injected, Group: GroupEffective,
		Formula: "max(request end - issue, 0) / 1e6 in float64 epoch nanoseconds; the end is the last response of any kind", AbsentWhen: "no record with an issue instant"},
}
