// RGB to YCbCr of one block, in libjpeg's 16-bit fixed point.
package jpegenc

// Weights of the colours, times 65536 and rounded.
const (
	redY, greenY, blueY = 19595, 38470, 7471  // 0.29900, 0.58700, 0.11400
	redCb, greenCb      = -11059, -21709      // -0.16874, -0.33126
	half                = 32768               // 0.5: blue of Cb, red of Cr
	greenCr, blueCr     = -27439, -5329       // -0.41869, -0.08131
	roundY              = 1 << 15             // to nearest
	roundC              = 128<<16 + 1<<15 - 1 // to nearest, halves down, around 128
	centre              = 128                 // what the transform takes off every sample
)

// load fills the planes with the block whose first pixel is (x, y). What lies beyond the picture repeats its last column and row.
func load(planes *[components][blockSize]int16, rgb []byte, width, height, x, y int) {
	if x+blockSide <= width && y+blockSide <= height {
		for j := range blockSide {
			row := rgb[((y+j)*width+x)*3:][:3*blockSide]
			for i := range blockSide {
				convert(planes, j*blockSide+i, row[i*3:i*3+3:i*3+3])
			}
		}
		return
	}
	for j := range blockSide {
		line := min(y+j, height-1) * width
		for i := range blockSide {
			p := (line + min(x+i, width-1)) * 3
			convert(planes, j*blockSide+i, rgb[p:p+3:p+3])
		}
	}
}

// convert stores one pixel's samples, centred on 0.
func convert(planes *[components][blockSize]int16, at int, pixel []byte) {
	r, g, b := int32(pixel[0]), int32(pixel[1]), int32(pixel[2])
	planes[0][at] = int16((redY*r+greenY*g+blueY*b+roundY)>>16 - centre)
	planes[1][at] = int16((redCb*r+greenCb*g+half*b+roundC)>>16 - centre)
	planes[2][at] = int16((half*r+greenCr*g+blueCr*b+roundC)>>16 - centre)
}
