package cli

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		var done atomic.Int64
		end := patience(slog.New(slog.NewTextHandler(&out, nil)), func() string { return fmt.Sprintf("%d made", done.Load()) })
		time.Sleep(patienceGap - 1)
		synctest.Wait()
		require.Empty(t, out.String(), "a short preparation is silent")
		for _, after := range []time.Duration{1, 2 * patienceGap} {
			done.Add(1)
			time.Sleep(after)
			synctest.Wait()
			require.Contains(t, out.String(), fmt.Sprintf("%d made", done.Load()))
		}
		end()
		time.Sleep(time.Minute)
		require.Equal(t, 2, strings.Count(out.String(), "made"))
	})
}
