"""The grant register (业务权限授权登记): applied for as a case, entered by the guard, read as a matrix."""
