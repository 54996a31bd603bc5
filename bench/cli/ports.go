// The range of local ports, from which every connection to one address takes its own.
package cli

import (
	"fmt"
	"os"
)

// portRange is where Linux tells it; elsewhere there is no such file.
const portRange = "/proc/sys/net/ipv4/ip_local_port_range"

func localPorts() (uint64, bool) {
	text, err := os.ReadFile(portRange)
	if err != nil {
		return 0, false
	}
	var low, high uint64
	if _, err := fmt.Sscan(string(text), &low, &high); err != nil || high < low {
		return 0, false
	}
	return high - low + 1, true
}
