// Connections as a plan wants them: one a session, one a request, opened ahead.
package bench

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/transport"
)

func TestStickySessions(t *testing.T) {
	sticky := func(p *Plan) { p.Target.Reuse, p.Dataset.Source = transport.Sticky, each(3, 5*ms) }
	r := world{server: service(10 * ms), phases: []Phase{{Concurrency: 2, Sessions: 6}}, plan: sticky}.run(t)
	require.NoError(t, r.err)
	require.Equal(t, int64(6), r.summary.Client.NewConnections, "one a session")
	for _, rec := range r.records {
		require.Equal(t, rec.Turn > 0, rec.Reused)
	}
	r = world{server: service(10 * ms), phases: []Phase{{Concurrency: 2, Sessions: 6, Cancellation: Cancellation{Percent: 100, After: ms}}}, plan: sticky}.run(t)
	require.Len(t, r.records, 18)
	for _, rec := range r.records {
		require.False(t, rec.Reused, "a cancelled turn takes the session's connection with it")
	}
	r = world{server: service(10 * ms), phases: []Phase{{Concurrency: 1, Sessions: 2}}, plan: func(p *Plan) { sticky(p); p.Target.Reuse = transport.Fresh }}.run(t)
	require.Equal(t, int64(6), r.summary.Client.NewConnections)
}

func TestConnectionsOpenedAhead(t *testing.T) {
	warm := func(p *Plan) {
		p.WarmConnections = 9
		p.Target.URLs = []string{"http://one/v1/chat/completions", "http://two/v1/chat/completions"}
	}
	r := world{server: service(10 * ms), phases: []Phase{{Concurrency: 4, Requests: 8}}, plan: warm}.run(t)
	require.NoError(t, r.err)
	require.Zero(t, r.summary.Client.NewConnections, "nobody dials in the load")

	refused := errors.New("refused")
	r = world{phases: []Phase{{Concurrency: 4, Requests: 8}}, plan: warm, dial: func(context.Context, string) (net.Conn, error) { return nil, refused }}.run(t)
	require.ErrorIs(t, r.err, refused)
	require.ErrorContains(t, r.err, "opening 4 connections to http://one/v1/chat/completions before the load (0 were opened)")
	require.Empty(t, r.records)
}
