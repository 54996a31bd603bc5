// How conversations without a name of their own are named.
package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// IDs says how conversations are named.
type IDs uint8

// The ways to name conversations.
const (
	RandomIDs  IDs = iota // UUID4 text: the user gave no seed
	CountedIDs            // session_000000, session_000001…: the user gave one
)

// Name is the name of conversation i. A random name is a function of the run's seed and i, so that a conversation made twice keeps it.
func (k IDs) Name(seed uint64, i int) string {
	if k == CountedIDs {
		return fmt.Sprintf("session_%06d", i)
	}
	sum := sha256.Sum256([]byte(strconv.FormatUint(seed, 10) + ":session:" + strconv.Itoa(i)))
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x40 // version 4
	u[8] = u[8]&0x3f | 0x80 // variant of RFC 9562
	h := hex.EncodeToString(u)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
