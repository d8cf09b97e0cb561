export { INVENTORY_FAILURES } from "./failures.ts";
export { createInventory, type InventoryRoom } from "./inventory.ts";
export type { CredentialRef, Host, Inventory } from "./port.ts";
