/** The folder of models that a worker serves from, and the profiles measured for them. */
package org.clockwork.worker.repository;
