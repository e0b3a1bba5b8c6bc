import tvm
def apply(lanes):
    @tvm.transform.module_pass(opt_level=0, name="CpuSchedules")
    def schedule(module, _context):
        return module
    return schedule
