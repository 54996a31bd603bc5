// The segments before the picture's bits, in libjpeg's order.
package jpegenc

const (
	components = 3 // Y, Cb, Cr

	markerStart    = 0xd8
	markerApp0     = 0xe0
	markerQuantise = 0xdb
	markerFrame    = 0xc0
	markerHuffman  = 0xc4
	markerScan     = 0xda
	markerEnd      = 0xd9
)

// tableOf is the table number of each component: brightness has its own, both colours share one.
var tableOf = [components]int{0, 1, 1}

// appendHeaders writes everything up to the bits.
func appendHeaders(dst []byte, width, height int) []byte {
	dst = append(dst, 0xff, markerStart)
	dst = append(dst, 0xff, markerApp0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)
	for i := range quantTables {
		dst = append(dst, 0xff, markerQuantise, 0, 3+blockSize, byte(i))
		for _, k := range zigzag {
			dst = append(dst, byte(quantTables[i][k]))
		}
	}
	dst = append(dst, 0xff, markerFrame, 0, 8+3*components, 8, byte(height>>8), byte(height), byte(width>>8), byte(width), components)
	for c, table := range tableOf {
		dst = append(dst, byte(c+1), 1<<4|1, byte(table))
	}
	for i := range huffmanSpecs {
		for class, spec := range huffmanSpecs[i] {
			dst = append(dst, 0xff, markerHuffman, 0, byte(3+len(spec.counts)+len(spec.values)), byte(class<<4|i))
			dst = append(dst, spec.counts[:]...)
			dst = append(dst, spec.values...)
		}
	}
	dst = append(dst, 0xff, markerScan, 0, 6+2*components, components)
	for c, table := range tableOf {
		dst = append(dst, byte(c+1), byte(table<<4|table))
	}
	return append(dst, 0, blockSize-1, 0)
}
