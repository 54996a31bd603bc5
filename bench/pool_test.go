// Pooled values carry nothing over: every field is dirtied by reflection, also those that will be added one day.
package bench

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// dirty sets every field below v to something that is not its zero value.
func dirty(t testing.TB, v reflect.Value, path string) {
	if !v.CanSet() { // unexported
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(77)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(77)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(7.7)
	case reflect.String:
		v.SetString("stale")
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 4))
		for i := range v.Len() {
			dirty(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Array:
		for i := range v.Len() {
			dirty(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			dirty(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Chan:
		v.Set(reflect.MakeChan(v.Type(), 0))
	case reflect.Interface:
		for _, some := range []any{fmt.Errorf("stale"), transport.Handler(&Shot{})} {
			if reflect.TypeOf(some).Implements(v.Type()) {
				v.Set(reflect.ValueOf(some))
				return
			}
		}
		require.FailNow(t, "no value for "+path)
	case reflect.Func, reflect.UnsafePointer:
	default:
		require.FailNow(t, "cannot dirty "+path+" of kind "+v.Kind().String())
	}
}

// requireClean compares what can be seen: storage of an emptied slice may be kept.
func requireClean(t testing.TB, want, got reflect.Value, path string) {
	switch path {
	case ".Exchange.Handler": // the shot itself
		return
	case ".decoder": // set up anew for each head
		return
	}
	switch want.Kind() {
	case reflect.Struct:
		for i := range want.NumField() {
			requireClean(t, want.Field(i), got.Field(i), path+"."+want.Type().Field(i).Name)
		}
	case reflect.Slice:
		require.Equal(t, want.Len(), got.Len(), path)
	case reflect.Array:
		for i := range want.Len() {
			requireClean(t, want.Index(i), got.Index(i), path)
		}
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Chan, reflect.Func:
		require.Equal(t, want.IsNil(), got.IsNil(), path)
		if want.Kind() == reflect.Pointer {
			require.Equal(t, want.Pointer(), got.Pointer(), path)
		}
	default:
		require.True(t, want.Equal(got), "%s: want %v, got %v", path, want, got)
	}
}

// reuse puts a value into a pool until get hands the same one out again; a pool may drop what it is given.
func reuse[T any](t testing.TB, pool *sync.Pool, spoil func() *T, get func() *T) *T {
	for range 1000 {
		stale := spoil()
		pool.Put(stale)
		if got := get(); got == stale {
			return got
		}
	}
	require.FailNow(t, "the pool never gave back what it was given")
	return nil
}

func TestPooledShotCarriesNothingOver(t *testing.T) {
	run := &runState{}
	get := func() *Shot { return getShot(run) }
	fresh := reuse(t, &shots, func() *Shot { return &Shot{} }, get)
	used := reuse(t, &shots, func() *Shot {
		s := &Shot{}
		dirty(t, reflect.ValueOf(s).Elem(), "")
		return s
	}, get)
	requireClean(t, reflect.ValueOf(fresh).Elem(), reflect.ValueOf(used).Elem(), "")
	require.Same(t, used, used.Handler)
	require.Equal(t, []time.Duration{metrics.NoInstant, metrics.NoInstant, metrics.NoInstant}, []time.Duration{used.due, used.armed, used.issued})
}

func TestAnswersDoNotSeeEachOther(t *testing.T) {
	// One connection, one shot: every kind of answer after every other.
	var faults []mock.Fault
	for i, f := range []string{"html", "error-event", "malformed", "empty", "status:500"} {
		fault, err := mock.ParseFault(f)
		require.NoError(t, err)
		fault.Every = []int{2, 3, 5, 7, 11}[i]
		faults = append(faults, fault)
	}
	r := world{
		server: mock.Options{TTFT: mock.Fixed(50 * ms), Gap: mock.Fixed(10 * ms), OSL: 4, Faults: faults}, phases: []Phase{{Concurrency: 1, Requests: 120}},
	}.run(t)
	type facts struct {
		valid          bool
		class, message string
		contents       int32
		output         metrics.Count
		status         int32
		ttft, latency  time.Duration
	}
	first := map[string]facts{}
	for i, rec := range r.records {
		kind := "well"
		for _, f := range faults {
			if (i+1)%f.Every == 0 {
				kind = f.String()
				break
			}
		}
		got := facts{valid: rec.Valid, contents: rec.Contents, output: rec.OutputTokens, status: rec.Status}
		if rec.Error != nil {
			got.class, got.message = rec.Error.Type, strings.ReplaceAll(rec.Error.Message, fmt.Sprint("request ", i), "request N")
		}
		if rec.Contents > 0 {
			got.ttft, got.latency = rec.FirstChunk-rec.Start, rec.LastChunk-rec.Start
		}
		if _, ok := first[kind]; !ok {
			first[kind] = got
		}
		require.Equal(t, first[kind], got, "request %d: %s", i, kind)
	}
	require.Len(t, first, 6, "all kinds came")
}

func TestPooledRecordCarriesNothingOver(t *testing.T) {
	used, fresh := &metrics.Record{}, &metrics.Record{}
	dirty(t, reflect.ValueOf(used).Elem(), "")
	used.Reset()
	fresh.Reset()
	requireClean(t, reflect.ValueOf(fresh).Elem(), reflect.ValueOf(used).Elem(), "")
	require.Equal(t, 4, cap(used.Gaps), "storage is kept")
}

func TestPooledDigestCarriesNothingOver(t *testing.T) {
	used, fresh := &endpoints.Digest{}, &endpoints.Digest{}
	dirty(t, reflect.ValueOf(used).Elem(), "")
	used.Reset()
	fresh.Reset()
	requireClean(t, reflect.ValueOf(fresh).Elem(), reflect.ValueOf(used).Elem(), "")
}
