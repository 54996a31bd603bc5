// WAV files of noise, with libsndfile's header and its ways with every depth.
package media

import (
	"encoding/binary"
	"slices"
)

const (
	wavHeader = 44 // bytes
	wavPCM    = 1  // the format's number of plain samples
)

// appendWAV appends the clip's file.
func (c *Clip) appendWAV(dst []byte) []byte {
	frame := c.channels * c.depth / 8
	size := c.frames * frame
	dst = slices.Grow(dst, wavHeader+size+1)
	le := binary.LittleEndian
	dst = append(dst, "RIFF"...)
	dst = le.AppendUint32(dst, uint32(wavHeader-8+size+size%2))
	dst = append(dst, "WAVEfmt "...)
	dst = le.AppendUint32(dst, 16)
	dst = le.AppendUint16(dst, wavPCM)
	dst = le.AppendUint16(dst, uint16(c.channels))
	dst = le.AppendUint32(dst, uint32(c.rate))
	dst = le.AppendUint32(dst, uint32(c.rate*frame))
	dst = le.AppendUint16(dst, uint16(frame))
	dst = le.AppendUint16(dst, uint16(c.depth))
	dst = append(dst, "data"...)
	dst = le.AppendUint32(dst, uint32(size))
	dst = c.appendSamples(dst)
	if size%2 == 1 {
		dst = append(dst, 0) // chunks begin at even places
	}
	return dst
}

// appendSamples appends frame after frame. 8 bits are the upper half of 16, without a sign. The upper three bytes of a 24-bit number in 32 bits
// are what AIPerf writes for 24 bits: noise that is 48 dB quieter than asked for.
func (c *Clip) appendSamples(dst []byte) []byte {
	gen := c.samples
	bits := c.depth
	if bits == 8 {
		bits = 16
	}
	full := float64(uint32(1)<<(bits-1) - 1)
	for range c.frames * c.channels {
		v := int32(min(max(gen.Normal(0, noiseSigma), -1), 1) * full)
		switch c.depth {
		case 8:
			dst = append(dst, byte(v>>8+128))
		case 16:
			dst = append(dst, byte(v), byte(v>>8))
		case 24:
			dst = append(dst, byte(v>>8), byte(v>>16), byte(v>>24))
		default:
			dst = append(dst, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
		}
	}
	return dst
}
