/** Pictures of figures: lines over axes, written as SVG, with nothing but text. */
package org.clockwork.experiments.plot;
