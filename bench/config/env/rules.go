// Rules that look at several settings at once.
package env

import "fmt"

// rule is one of them. It is asked when one of its settings was given.
type rule struct {
	names []string
	check func(r *reading)
}

var rules = []rule{
	{[]string{"AIPERF_SERVICE_PROFILE_CONFIGURE_TIMEOUT", "AIPERF_DATASET_CONFIGURATION_TIMEOUT"}, atMost("AIPERF_DATASET_CONFIGURATION_TIMEOUT", "AIPERF_SERVICE_PROFILE_CONFIGURE_TIMEOUT")},
	{[]string{"AIPERF_DATASET_DOWNLOAD_RETRY_DELAY", "AIPERF_DATASET_DOWNLOAD_MAX_BACKOFF_SECONDS"}, atMost("AIPERF_DATASET_DOWNLOAD_RETRY_DELAY", "AIPERF_DATASET_DOWNLOAD_MAX_BACKOFF_SECONDS")},
	{[]string{"AIPERF_TOKENIZER_DOWNLOAD_INITIAL_BACKOFF_SECONDS", "AIPERF_TOKENIZER_DOWNLOAD_MAX_BACKOFF_SECONDS"}, atMost("AIPERF_TOKENIZER_DOWNLOAD_INITIAL_BACKOFF_SECONDS", "AIPERF_TOKENIZER_DOWNLOAD_MAX_BACKOFF_SECONDS")},
	{[]string{"AIPERF_WORKER_CLOCK_PROBE_MAX_RTT_SEC", "AIPERF_WORKER_CLOCK_PROBE_TIMEOUT"}, func(r *reading) {
		rtt, timeout := r.values.Float("AIPERF_WORKER_CLOCK_PROBE_MAX_RTT_SEC"), r.values.Float("AIPERF_WORKER_CLOCK_PROBE_TIMEOUT")
		if rtt >= timeout {
			r.fail("AIPERF_WORKER_CLOCK_PROBE_MAX_RTT_SEC=%v: must be below AIPERF_WORKER_CLOCK_PROBE_TIMEOUT, which is %v", rtt, timeout)
		}
	}},
	{[]string{"AIPERF_WORKER_STALE_TIME", "AIPERF_WORKER_ROUTER_STALE_EVICTION_MULTIPLIER", "AIPERF_SERVICE_HEARTBEAT_INTERVAL"}, func(r *reading) {
		stale, times := r.values.Float("AIPERF_WORKER_STALE_TIME"), r.values.Float("AIPERF_WORKER_ROUTER_STALE_EVICTION_MULTIPLIER")
		if beat := r.values.Float("AIPERF_SERVICE_HEARTBEAT_INTERVAL"); stale*times <= beat {
			r.fail("AIPERF_WORKER_STALE_TIME=%v times AIPERF_WORKER_ROUTER_STALE_EVICTION_MULTIPLIER=%v must exceed AIPERF_SERVICE_HEARTBEAT_INTERVAL, which is %v", stale, times, beat)
		}
	}},
	{[]string{"AIPERF_SERVICE_WINDOWS_TCP_BASE_PORT", "AIPERF_SERVICE_WINDOWS_TCP_PORT_RANGE"}, func(r *reading) {
		base, count := r.values.Int("AIPERF_SERVICE_WINDOWS_TCP_BASE_PORT"), r.values.Int("AIPERF_SERVICE_WINDOWS_TCP_PORT_RANGE")
		if last := base + count - 1; last > lastPort {
			r.fail("AIPERF_SERVICE_WINDOWS_TCP_BASE_PORT=%d with AIPERF_SERVICE_WINDOWS_TCP_PORT_RANGE=%d: the last port would be %d, above %d", base, count, last, lastPort)
		}
	}},
	{[]string{"AIPERF_ZMQ_RECONNECT_IVL", "AIPERF_ZMQ_RECONNECT_IVL_MAX"}, func(r *reading) {
		first, longest := r.values.Int("AIPERF_ZMQ_RECONNECT_IVL"), r.values.Int("AIPERF_ZMQ_RECONNECT_IVL_MAX")
		if longest != 0 && longest < first {
			r.fail("AIPERF_ZMQ_RECONNECT_IVL_MAX=%d: must be 0 or at least AIPERF_ZMQ_RECONNECT_IVL, which is %d", longest, first)
		}
	}},
	{[]string{"AIPERF_DEV_SHOW_INTERNAL_METRICS"}, needsDeveloper("AIPERF_DEV_SHOW_INTERNAL_METRICS")},
	{[]string{"AIPERF_DEV_SHOW_EXPERIMENTAL_METRICS"}, needsDeveloper("AIPERF_DEV_SHOW_EXPERIMENTAL_METRICS")},
}

const lastPort = 65535

// atMost wants one number of seconds to be no larger than another.
func atMost(small, large string) func(*reading) {
	return func(r *reading) {
		if a, b := r.values.Float(small), r.values.Float(large); a > b {
			r.fail("%s=%v: must be at most %s, which is %v", small, a, large, b)
		}
	}
}

// needsDeveloper takes a developers' switch back when the developers' mode is off.
func needsDeveloper(name string) func(*reading) {
	return func(r *reading) {
		if r.values.Bool("AIPERF_DEV_MODE") || !r.values.Bool(name) {
			return
		}
		r.values.lookup(find(name)).val = false
		r.findings = append(r.findings, Finding{Warning, name, fmt.Sprintf("%s has no effect without AIPERF_DEV_MODE=true", name)})
	}
}

// applyRules asks the rules of what was given.
func (r *reading) applyRules() {
	for _, rule := range rules {
		for _, name := range rule.names {
			if r.values.Given(name) {
				rule.check(r)
				break
			}
		}
	}
}
