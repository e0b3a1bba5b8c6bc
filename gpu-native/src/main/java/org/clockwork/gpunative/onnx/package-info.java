/** Real inference on CPU cores: ONNX models through ONNX Runtime, driven like any other device. */
package org.clockwork.gpunative.onnx;
