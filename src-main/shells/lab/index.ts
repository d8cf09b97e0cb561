export { LAB_HOSTS, startLab, type Lab, type LabHost, type LabHostName, type LabOptions } from "./start.ts";
