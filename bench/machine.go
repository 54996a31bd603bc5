// The machine as a run finds it: cores, CPU quota and the clock behind every stamp.
package bench

import (
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// Machine is what the system gives this process. What a platform does not tell stays zero.
type Machine struct {
	Cores       int     // that Go uses at once
	Quota       float64 // tightest CPU quota of a control group, in cores; 0 without one
	ClockSource string  // Linux's name of the clock
	SlowClock   bool    // reading that clock is a system call, which every stamp then pays
}

const clockSource = "sys/devices/system/clocksource/clocksource0/current_clocksource"

// slowClocks are those that cannot be read without entering the kernel.
var slowClocks = [...]string{"hpet", "acpi_pm", "pit", "jiffies", "refined-jiffies", "xen"}

// ThisMachine looks.
func ThisMachine() Machine { return machine(os.DirFS("/")) }

func machine(system fs.FS) Machine {
	m := Machine{Cores: runtime.GOMAXPROCS(0)}
	for _, q := range cpuQuotas(system) {
		if m.Quota == 0 || q.cores < m.Quota {
			m.Quota = q.cores
		}
	}
	if text, err := fs.ReadFile(system, clockSource); err == nil {
		m.ClockSource = strings.TrimSpace(string(text))
	}
	for _, slow := range slowClocks {
		m.SlowClock = m.SlowClock || m.ClockSource == slow
	}
	return m
}
